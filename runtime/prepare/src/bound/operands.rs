//! The operands of a function, of which the uppermost ones are remembered.

use super::operand::{LOCAL, Operand, REGISTER, SLOT};
use super::value::Value;

/// How many operands are remembered. One that was below these may be anywhere.
pub(super) const WINDOW: usize = 128;
const MASK: u32 = WINDOW as u32 - 1;

/// Bytes of the copy that preserves a local variable before it is set.
const PRESERVE_LOCAL: u32 = 6;
/// Bytes of the copy that preserves a register before it is set.
const PRESERVE_REGISTER: u32 = 4;

/// No operand has that position: so many would take more bytes than any module has.
const NOBODY: u32 = u32::MAX;

/// The operands of one function.
///
/// Methods that preserve operands return the bytes of the copies. Those of an operand of which it is
/// open where it is are counted when it is pushed.
pub(super) struct Operands<'r> {
    ring: &'r mut [Operand; WINDOW],
    height: u32,
    /// Operands below this are not remembered.
    floor: u32,
    /// With so many operands the next one is more than there were before, or more than are remembered.
    brim: u32,
    /// The operand that was brought to each register last. It is still there if that is where it is said to be.
    registers: [u32; 3],
    /// A bit for each local variable that was pushed, by the last bits of its index.
    locals: u32,
    /// The most operands that there were.
    pub(super) highest: u32,
}

impl<'r> Operands<'r> {
    pub(super) fn new(ring: &'r mut [Operand; WINDOW]) -> Self {
        Self { ring, height: 0, floor: 0, brim: 0, registers: [NOBODY; 3], locals: 0, highest: 0 }
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

    #[inline(always)]
    fn push(&mut self, operand: Operand) -> u32 {
        let cost = if self.height >= self.brim { self.raise() } else { 0 };
        *self.at(self.height) = operand;
        self.height = self.height.wrapping_add(1);
        cost
    }

    /// Makes room for one more operand than there were or are remembered.
    #[cold]
    #[inline(never)]
    fn raise(&mut self) -> u32 {
        let full = self.height.wrapping_sub(self.floor) == WINDOW as u32;
        let cost = if full { self.forget_lowest() } else { 0 };
        self.highest = self.highest.max(self.height.saturating_add(1));
        self.set_brim();
        cost
    }

    fn set_brim(&mut self) {
        self.brim = self.highest.min(self.floor.saturating_add(WINDOW as u32));
    }

    /// The lowest operand is no longer remembered.
    fn forget_lowest(&mut self) -> u32 {
        let lowest = *self.at(self.floor);
        self.floor += 1;
        match lowest.places {
            LOCAL => PRESERVE_LOCAL,
            REGISTER => PRESERVE_REGISTER,
            _ => 0,
        }
    }

    /// The operand that is in a register below so many operands.
    #[inline(never)]
    fn in_register(&mut self, register: usize, below: u32) -> Option<&mut Operand> {
        let position = self.registers[register];
        if position >= below || position < self.floor {
            return None;
        }
        let operand = self.at(position);
        (operand.is(REGISTER) && operand.ty.register() == Some(register)).then_some(operand)
    }

    /// Preserves an operand that is in a register, if one is.
    fn preserve_register(&mut self, register: usize, below: u32) -> u32 {
        let Some(operand) = self.in_register(register, below) else { return 0 };
        operand.places = SLOT;
        PRESERVE_REGISTER
    }

    #[inline(never)]
    pub(super) fn push_local(&mut self, index: u32, ty: Value) -> u32 {
        match u16::try_from(index) {
            Ok(detail) => self.push_certain_local(Operand { places: LOCAL, ty, detail }),
            Err(_) => self.push_open(LOCAL, ty),
        }
    }

    #[inline(always)]
    pub(super) fn push_certain_local(&mut self, operand: Operand) -> u32 {
        self.locals |= bit(operand.detail);
        self.push(operand)
    }

    /// Pushes a constant, or what is in its slot.
    #[inline(never)]
    pub(super) fn push_fixed(&mut self, operand: Operand) -> u32 {
        self.push(operand)
    }

    pub(super) fn push_slot(&mut self, ty: Value) -> u32 {
        self.push_fixed(Operand::new(SLOT, ty))
    }

    /// Pushes what is in a register, preserving what was in it.
    #[inline(always)]
    pub(super) fn push_register(&mut self, ty: Value) -> u32 {
        let Some(register) = ty.register() else { return self.push_open(REGISTER, ty) };
        let mut cost = 0;
        if self.registers[register] < self.height {
            cost += self.preserve_register(register, self.height);
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
                if let Some(operand) = self.in_register(register, self.height) {
                    operand.places |= SLOT;
                    cost += PRESERVE_REGISTER;
                }
            }
        }
        if places & LOCAL != 0 {
            cost += PRESERVE_LOCAL;
        }
        // With more than one place it is never taken for one that is certain.
        cost + self.push_fixed(Operand::new(places | SLOT, ty))
    }

    #[inline(always)]
    pub(super) fn pop(&mut self) -> Operand {
        if self.height <= self.floor {
            return self.pop_unknown();
        }
        self.height -= 1;
        *self.at(self.height)
    }

    /// The two uppermost ones, the lower one first.
    #[inline(always)]
    pub(super) fn pop_two(&mut self) -> [Operand; 2] {
        if self.height < self.floor + 2 {
            let upper = self.pop_seldom();
            return [self.pop_seldom(), upper];
        }
        self.height -= 2;
        [*self.at(self.height), *self.at(self.height + 1)]
    }

    /// As [`pop`](Self::pop), in fewer bytes of code.
    #[inline(never)]
    pub(super) fn pop_seldom(&mut self) -> Operand {
        self.pop()
    }

    #[cold]
    #[inline(never)]
    fn pop_unknown(&mut self) -> Operand {
        self.truncate(self.height.saturating_sub(1));
        Operand::UNKNOWN
    }

    pub(super) fn truncate(&mut self, height: u32) {
        self.height = self.height.min(height);
        if self.height < self.floor {
            // None of those that are left is remembered.
            self.floor = self.height;
            self.set_brim();
        }
    }

    /// Preserves a local variable that is about to be set.
    pub(super) fn preserve_local(&mut self, index: u32) -> u32 {
        match u16::try_from(index) {
            Ok(index) if self.locals & bit(index) != 0 => self.preserve(0, Some(index)),
            _ => 0,
        }
    }

    /// Preserves all local variables but those among the uppermost `skip` operands.
    pub(super) fn preserve_locals(&mut self, skip: u32) -> u32 {
        if self.locals == 0 { 0 } else { self.preserve(skip, None) }
    }

    /// Preserves a local variable, or all, but those among the uppermost `skip` operands.
    #[inline(never)]
    fn preserve(&mut self, skip: u32, index: Option<u16>) -> u32 {
        let (mut cost, mut locals) = (0, 0);
        for position in self.floor..self.height {
            let is_below = self.height - position > skip;
            let operand = self.at(position);
            if !operand.is(LOCAL) {
                continue;
            }
            if is_below && index.is_none_or(|index| index == operand.detail) {
                *operand = Operand::new(SLOT, operand.ty);
                cost += PRESERVE_LOCAL;
            } else {
                locals |= bit(operand.detail);
            }
        }
        self.locals = locals;
        cost
    }

    /// Preserves all registers but those of the uppermost `skip` operands.
    pub(super) fn preserve_registers(&mut self, skip: u32) -> u32 {
        let mut cost = 0;
        let below = self.height.saturating_sub(skip);
        for register in 0..self.registers.len() {
            cost += self.preserve_register(register, below);
        }
        cost
    }
}

/// The bit of a local variable.
const fn bit(index: u16) -> u32 {
    1 << (index % u32::BITS as u16)
}
