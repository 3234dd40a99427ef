//! The operands of a function, and what is known to be in a register.

use super::{
    super::{error::PrepareError, memories},
    operand::{Local, Operand},
};
use alloc::vec::Vec;

/// What is known to be in the register of its type.
///
/// The interpreter has a register each for integers, for `f32` and for `f64`; results of most
/// instructions are in one until the next result of that type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Register {
    /// Nothing is known.
    Unknown,
    /// The operand of that index.
    Operand(usize),
    /// The value of that local variable.
    Local(u32),
}

/// An operand that was taken off the stack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Popped {
    pub(super) operand: Operand,
    /// Whether it was surely in a register.
    pub(super) in_register: bool,
    pub(super) staged: Staged,
}

/// What an operand may be the result of that can still be left out, or become another instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Staged {
    /// Nothing that matters.
    #[default]
    Nothing,
    /// `i32.xor` with 0 of what is in a slot of the frame, which becomes a test when it is compared
    /// with zero.
    Xor,
    /// A comparison with zero of what is in a slot of the frame.
    Test,
}

/// The operands of a function.
pub(super) struct Stack {
    operands: Vec<Operand>,
    /// The operands below are surely in slots of the frame.
    in_slots: usize,
    register: Register,
    /// The operand of that index may be the result of something that can still be left out.
    staged: Option<(usize, Staged)>,
    /// How often local variables have been set.
    sets: u32,
}

/// The operand of an instruction is not there: the module is invalid.
pub(super) struct Underflow;

impl Stack {
    /// No operands, with room for some.
    pub(super) fn new(mut operands: Vec<Operand>) -> Self {
        operands.clear();
        Self { operands, in_slots: 0, register: Register::Unknown, staged: None, sets: 0 }
    }

    /// The room for operands.
    pub(super) fn into_room(self) -> Vec<Operand> {
        self.operands
    }

    pub(super) fn height(&self) -> usize {
        self.operands.len()
    }

    /// How often local variables have been set.
    pub(super) const fn sets(&self) -> u32 {
        self.sets
    }

    /// Pushes an operand that takes no register.
    pub(super) fn push(&mut self, operand: Operand) -> Result<(), PrepareError> {
        let pushed = self.sets;
        memories::push(&mut self.operands, operand.pushed(pushed))
    }

    /// Pushes a result that is in a register.
    pub(super) fn push_in_register(&mut self, operand: Operand) -> Result<(), PrepareError> {
        self.register = Register::Operand(self.operands.len());
        self.commit();
        self.push(operand)
    }

    /// Pushes a result that may be in a register.
    pub(super) fn push_anywhere(&mut self, operand: Operand) -> Result<(), PrepareError> {
        self.forget_register();
        self.push(operand)
    }

    pub(super) fn pop(&mut self) -> Result<Popped, Underflow> {
        let operand = self.operands.pop().ok_or(Underflow)?;
        let index = self.operands.len();
        let operand = if index < self.in_slots { operand.merged().in_slot() } else { operand };
        self.in_slots = self.in_slots.min(index);
        let in_register = match self.register {
            Register::Unknown => false,
            Register::Operand(other) if other == index => {
                self.register = Register::Unknown;
                true
            }
            Register::Operand(_) => false,
            Register::Local(local) => operand.is_local(self.sets) == Some(local),
        };
        let staged = self.staged.take_if(|(staged, _)| *staged == index);
        let staged = staged.map(|(_, staged)| staged).unwrap_or_default();
        Ok(Popped { operand, in_register, staged })
    }

    /// Pops this many operands.
    pub(super) fn drop(&mut self, count: u32) -> Result<(), Underflow> {
        let count = usize::try_from(count).map_err(|_| Underflow)?;
        let height = self.height().checked_sub(count).ok_or(Underflow)?;
        self.truncate(height);
        Ok(())
    }

    /// Leaves only the lowest `height` operands.
    pub(super) fn truncate(&mut self, height: usize) {
        self.operands.truncate(height);
        self.in_slots = self.in_slots.min(height);
        self.staged.take_if(|(staged, _)| *staged >= height);
        if matches!(self.register, Register::Operand(index) if index >= height) {
            self.forget_register();
        }
    }

    /// Whether all operands are surely in slots of the frame, or constants.
    pub(super) fn is_settled(&self) -> bool {
        self.in_slots >= self.height()
    }

    /// No instruction can be left out any more.
    pub(super) fn commit(&mut self) {
        self.staged = None;
    }

    /// The last operand may be the result of that, if it is anything that matters.
    pub(super) fn stage_last(&mut self, staged: Staged) {
        let last = self.height().checked_sub(1).filter(|_| staged != Staged::Nothing);
        self.staged = last.map(|last| (last, staged)).or(self.staged);
    }

    pub(super) fn forget_register(&mut self) {
        self.register = Register::Unknown;
    }

    /// A local variable is set to what was popped. Operands that were that variable no longer are.
    pub(super) fn set_local(&mut self, index: u32, value: Popped) {
        self.sets = self.sets.wrapping_add(1);
        // Setting a variable to itself is left out.
        if !value.operand.may_be().meets(Local::One(index)) {
            self.commit();
        }
        if value.in_register {
            self.register = Register::Local(index);
        } else if self.register == Register::Local(index) {
            self.forget_register();
        }
    }

    /// Local variables may have been set, and operands moved.
    pub(super) fn unsettle(&mut self) {
        self.sets = self.sets.wrapping_add(1);
        self.forget_register();
    }

    /// Whether any operand below `height` may be a local variable.
    pub(super) fn may_be_local_below(&self, height: usize) -> bool {
        let unknown = self.operands.get(self.in_slots..height).unwrap_or_default();
        unknown.iter().any(|operand| operand.may_be_local())
    }

    /// How many operands from `height` on are surely local variables.
    pub(super) fn locals_from(&self, height: usize) -> usize {
        let from = height.max(self.in_slots);
        let above = self.operands.get(from..).unwrap_or_default();
        above.iter().filter(|operand| operand.is_local(self.sets).is_some()).count()
    }

    /// The operands below `height` are moved into slots of the frame.
    pub(super) fn settle_below(&mut self, height: usize) {
        self.in_slots = self.in_slots.max(height.min(self.height()));
        self.staged.take_if(|(staged, _)| *staged < height);
        self.forget_register();
    }

    /// What is left of the operands from `height` on when code of both arms of a branch meets.
    pub(super) fn merge_from(&mut self, height: usize) {
        for operand in self.operands.get_mut(height..).unwrap_or_default() {
            *operand = operand.merged();
        }
        self.commit();
        self.unsettle();
    }
}
