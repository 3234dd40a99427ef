//! The operands of a function, of which the uppermost ones are remembered.

use super::operand::{LOCAL, Operand, REGISTER, SLOT};
use super::value::Value;
use core::mem;

/// How many operands are remembered. One that was below these may be anywhere.
pub(super) const WINDOW: usize = 128;
const MASK: u32 = WINDOW as u32 - 1;

/// Bytes of the copy that preserves a local variable before it is set.
const PRESERVE_LOCAL: u32 = 6;
/// Bytes of the copy that preserves a register before it is set.
const PRESERVE_REGISTER: u32 = 4;

/// No operand has that position: so many would take more bytes than any module has.
const NOBODY: u32 = u32::MAX;

/// How many counts of local variables there are.
const COUNTS: usize = 32;

/// The operands of one function.
///
/// Methods that preserve operands return the bytes of the copies. Those of an operand of which it is
/// open where it is are counted when it is pushed.
pub(super) struct Operands<'r> {
    ring: &'r mut [Operand; WINDOW],
    height: u32,
    /// Operands below this are not remembered.
    floor: u32,
    /// The operand that is in each register, or [`NOBODY`].
    registers: [u32; 3],
    /// How many remembered operands are local variables, by the last bits of their index.
    counts: [u8; COUNTS],
    locals: u32,
    /// The most operands that there were.
    pub(super) highest: u32,
}

impl<'r> Operands<'r> {
    pub(super) fn new(ring: &'r mut [Operand; WINDOW]) -> Self {
        Self {
            ring,
            height: 0,
            floor: 0,
            registers: [NOBODY; 3],
            counts: [0; COUNTS],
            locals: 0,
            highest: 0,
        }
    }

    pub(super) fn height(&self) -> u32 {
        self.height
    }

    fn at(&mut self, position: u32) -> &mut Operand {
        &mut self.ring[(position & MASK) as usize]
    }

    /// The operand at a depth, 0 being the uppermost.
    pub(super) fn peek(&self, depth: u32) -> Operand {
        match self.height.checked_sub(depth.saturating_add(1)) {
            Some(position) if position >= self.floor => self.ring[(position & MASK) as usize],
            _ => Operand::UNKNOWN,
        }
    }

    /// It is no longer remembered that a local variable is among the operands.
    fn uncount(&mut self, operand: Operand) {
        let count = &mut self.counts[usize::from(operand.detail) % COUNTS];
        *count = count.saturating_sub(1);
        self.locals = self.locals.saturating_sub(1);
    }

    fn push(&mut self, operand: Operand) -> u32 {
        let height = self.height;
        let cost = if height - self.floor == WINDOW as u32 { self.forget_lowest() } else { 0 };
        self.ring[(height & MASK) as usize] = operand;
        if operand.is(LOCAL) {
            let count = &mut self.counts[usize::from(operand.detail) % COUNTS];
            *count = count.saturating_add(1);
            self.locals += 1;
        }
        self.height = height.saturating_add(1);
        self.highest = self.highest.max(self.height);
        cost
    }

    /// The lowest operand is no longer remembered.
    #[cold]
    fn forget_lowest(&mut self) -> u32 {
        let lowest = *self.at(self.floor);
        self.floor += 1;
        if lowest.is(LOCAL) {
            self.uncount(lowest);
            return PRESERVE_LOCAL;
        }
        if lowest.is(REGISTER) { self.release(lowest) } else { 0 }
    }

    /// Forgets that an operand is in a register.
    fn release(&mut self, operand: Operand) -> u32 {
        let Some(register) = operand.ty.register() else { return 0 };
        self.registers[register] = NOBODY;
        PRESERVE_REGISTER
    }

    /// The operand that was in a register, which is empty now.
    fn take_register(&mut self, register: usize) -> Option<u32> {
        let position = mem::replace(&mut self.registers[register], NOBODY);
        (position != NOBODY).then_some(position)
    }

    pub(super) fn push_local(&mut self, index: u32, ty: Value) -> u32 {
        match u16::try_from(index) {
            Ok(detail) => self.push(Operand { places: LOCAL, ty, detail }),
            Err(_) => self.push_open(LOCAL, ty),
        }
    }

    pub(super) fn push_constant(&mut self, constant: Operand) -> u32 {
        self.push(constant)
    }

    pub(super) fn push_slot(&mut self, ty: Value) -> u32 {
        self.push(Operand::new(SLOT, ty))
    }

    /// Pushes what is in a register, preserving what was in it.
    pub(super) fn push_register(&mut self, ty: Value) -> u32 {
        let Some(register) = ty.register() else { return self.push_open(REGISTER, ty) };
        let mut cost = 0;
        if let Some(position) = self.take_register(register) {
            self.at(position).places = SLOT;
            cost += PRESERVE_REGISTER;
        }
        self.registers[register] = self.height;
        cost += self.push(Operand::new(REGISTER, ty));
        cost
    }

    /// Pushes an operand that may be at any of these places.
    pub(super) fn push_open(&mut self, places: u8, ty: Value) -> u32 {
        let mut cost = 0;
        if places & REGISTER != 0 {
            cost += PRESERVE_REGISTER;
            let affected = match ty.register() {
                Some(register) => register..register + 1,
                None => 0..self.registers.len(),
            };
            for register in affected {
                if let Some(position) = self.take_register(register) {
                    self.at(position).places |= SLOT;
                    cost += PRESERVE_REGISTER;
                }
            }
        }
        if places & LOCAL != 0 {
            cost += PRESERVE_LOCAL;
        }
        // With more than one place it is never taken for one that is certain.
        cost + self.push(Operand::new(places | SLOT, ty))
    }

    /// Pushes an operand again that was popped last.
    pub(super) fn push_back(&mut self, operand: Operand) -> u32 {
        match operand.places {
            REGISTER => self.push_register(operand.ty),
            places if places.is_power_of_two() => self.push(operand),
            places => self.push_open(places, operand.ty),
        }
    }

    pub(super) fn pop(&mut self) -> Operand {
        let Some(position) = self.height.checked_sub(1) else { return Operand::UNKNOWN };
        self.height = position;
        if position < self.floor {
            self.floor = position;
            return Operand::UNKNOWN;
        }
        let operand = *self.at(position);
        if operand.is(LOCAL) {
            self.uncount(operand);
        } else if operand.is(REGISTER) {
            self.release(operand);
        }
        operand
    }

    pub(super) fn truncate(&mut self, height: u32) {
        if height < self.floor {
            // None of those that are left is remembered.
            self.floor = height;
            self.height = height;
            self.registers = [NOBODY; 3];
            self.counts = [0; COUNTS];
            self.locals = 0;
        }
        while self.height > height {
            self.pop();
        }
    }

    /// Preserves a local variable that is about to be set.
    pub(super) fn preserve_local(&mut self, index: u32) -> u32 {
        let Ok(index) = u16::try_from(index) else { return 0 };
        let mut left = self.counts[usize::from(index) % COUNTS];
        let (mut cost, mut position) = (0, self.height);
        while left > 0 && position > self.floor {
            position -= 1;
            let operand = *self.at(position);
            if !operand.is(LOCAL)
                || usize::from(operand.detail) % COUNTS != usize::from(index) % COUNTS
            {
                continue;
            }
            left -= 1;
            if operand.detail == index {
                cost += self.preserve_local_at(position);
            }
        }
        cost
    }

    fn preserve_local_at(&mut self, position: u32) -> u32 {
        let operand = *self.at(position);
        self.uncount(operand);
        *self.at(position) = Operand::new(SLOT, operand.ty);
        PRESERVE_LOCAL
    }

    /// Preserves all local variables but those among the uppermost `skip` operands.
    pub(super) fn preserve_locals(&mut self, skip: u32) -> u32 {
        let mut left = self.locals;
        let (mut cost, mut position) = (0, self.height);
        while left > 0 && position > self.floor {
            position -= 1;
            if self.at(position).is(LOCAL) {
                left -= 1;
                if self.height - position > skip {
                    cost += self.preserve_local_at(position);
                }
            }
        }
        cost
    }

    /// Preserves all registers but those of the uppermost `skip` operands.
    pub(super) fn preserve_registers(&mut self, skip: u32) -> u32 {
        let mut cost = 0;
        let below = self.height.saturating_sub(skip);
        for register in 0..self.registers.len() {
            let position = self.registers[register];
            if position < below && position != NOBODY {
                self.registers[register] = NOBODY;
                self.at(position).places = SLOT;
                cost += PRESERVE_REGISTER;
            }
        }
        cost
    }
}
