//! Following a function's operands through the interpreter's translator.

use super::{
    super::{block_kind::BlockKind, error::PrepareError, memories, opcode, reader::Reader},
    Function, Mend, MendSite,
    facts::{Facts, Room},
    frame::Frame,
    instruction::Instruction,
    operand::Operand,
    stack::{Popped, Stack, Staged, Underflow},
    store,
};
use alloc::vec::Vec;
use core::mem;

/// A walk over a function body.
pub(super) struct Walk<'w, 'm> {
    pub(super) facts: &'w mut Facts<'m>,
    found: &'w mut Vec<MendSite>,
    pub(super) instruction: Instruction,
    /// Where the body ends.
    end: usize,
    pub(super) stack: Stack,
    pub(super) frames: Vec<Frame>,
    /// In code that can't be reached: how many blocks in it the walk is in.
    pub(super) unreachable: Option<u32>,
    /// Whether the function has neither parameters nor local variables.
    pub(super) frameless: bool,
    /// Whether what has just been called may have tail-called the host.
    pub(super) lost: bool,
}

/// Why the walk ends early.
pub(super) enum Stop {
    /// The module is invalid, which the interpreter finds out.
    Invalid,
    Error(PrepareError),
}

impl From<Underflow> for Stop {
    fn from(_: Underflow) -> Self {
        Self::Invalid
    }
}

impl From<PrepareError> for Stop {
    fn from(error: PrepareError) -> Self {
        Self::Error(error)
    }
}

pub(super) type Step = Result<(), Stop>;

impl<'w, 'm> Walk<'w, 'm> {
    pub(super) fn new(
        facts: &'w mut Facts<'m>,
        function: Function,
        found: &'w mut Vec<MendSite>,
    ) -> Result<Self, PrepareError> {
        let end = function.body.end;
        let mut reader = Reader::new(facts.module, function.body);
        let locals = reader.locals()?;
        let ty = facts.signature(function.ty).unwrap_or_default();
        let Room { operands, mut frames } = mem::take(&mut facts.room);
        frames.clear();
        let frame =
            Frame { kind: BlockKind::Block, ty, height: 0, branched: false, constant: false };
        memories::push(&mut frames, frame)?;
        let instruction = Instruction { end: reader.position(), ..Instruction::default() };
        let frameless = locals == 0 && ty.parameters.count == 0;
        let stack = Stack::new(operands);
        let walk = Self {
            facts,
            found,
            instruction,
            end,
            stack,
            frames,
            unreachable: None,
            frameless,
            lost: false,
        };
        Ok(walk)
    }

    /// Walks over the whole body.
    pub(super) fn all(mut self) -> Result<(), PrepareError> {
        while self.instruction.advance(self.facts.module, self.end).is_some() {
            match self.step() {
                Ok(()) => {}
                Err(Stop::Invalid) => break,
                Err(Stop::Error(error)) => return Err(error),
            }
        }
        self.facts.room = Room { operands: self.stack.into_room(), frames: self.frames };
        Ok(())
    }

    pub(super) fn mend(&mut self, mend: Mend) -> Step {
        let place = MendSite { at: self.instruction.at, mend };
        Ok(memories::push(self.found, place)?)
    }

    /// Mends what follows the instruction.
    pub(super) fn mend_behind(&mut self, mend: Mend) -> Step {
        let place = MendSite { at: self.instruction.end, mend };
        Ok(memories::push(self.found, place)?)
    }

    fn step(&mut self) -> Step {
        let Instruction { opcode, index, .. } = self.instruction;
        if let Some(depth) = &mut self.unreachable {
            match opcode {
                opcode::BLOCK..=opcode::IF => *depth += 1,
                opcode::END if *depth > 0 => *depth -= 1,
                opcode::END => return self.end(),
                opcode::ELSE if *depth == 0 => return self.r#else(),
                _ => {}
            }
            return Ok(());
        }
        self.goes_on()?;
        match opcode {
            opcode::NOP => Ok(()),
            opcode::UNREACHABLE
            | opcode::RETURN
            | opcode::RETURN_CALL
            | opcode::RETURN_CALL_INDIRECT => self.unreachable(),
            opcode::BLOCK => self.block(BlockKind::Block, false),
            opcode::LOOP => self.block(BlockKind::Loop, false),
            opcode::IF => {
                let condition = self.stack.pop()?;
                self.block(BlockKind::If, condition.operand.may_be_constant())
            }
            opcode::ELSE => self.r#else(),
            opcode::END => self.end(),
            opcode::BRANCH => {
                self.branch(index)?;
                self.unreachable()
            }
            opcode::BRANCH_IF => {
                self.stack.pop()?;
                self.branch(index)
            }
            opcode::BRANCH_TABLE => self.branch_table(),
            opcode::CALL => self.call(),
            opcode::CALL_INDIRECT => self.call_indirect(),
            opcode::DROP => {
                self.stack.pop()?;
                self.stack.commit();
                Ok(())
            }
            opcode::SELECT | opcode::SELECT_TYPED => self.select(),
            opcode::LOCAL_GET => Ok(self.stack.push(Operand::local(index))?),
            opcode::LOCAL_SET => {
                let value = self.stack.pop()?;
                self.stack.set_local(index, value);
                Ok(())
            }
            opcode::LOCAL_TEE => self.local_tee(),
            opcode::I32_STORE | opcode::I32_STORE8 | opcode::I32_STORE16 => self.store(false),
            opcode::I64_STORE | opcode::I64_STORE8..=opcode::I64_STORE32 => self.store(true),
            opcode::ATOMIC => match self.instruction.code {
                opcode::I32_ATOMIC_STORE8 => self.store(false),
                opcode::I64_ATOMIC_STORE8 => self.store(true),
                _ => self.plain(),
            },
            _ => self.plain(),
        }
    }

    /// A call may have lost the frame, if the function goes on.
    fn goes_on(&mut self) -> Step {
        if !mem::take(&mut self.lost) {
            return Ok(());
        }
        let ends = match self.instruction.opcode {
            opcode::RETURN | opcode::UNREACHABLE => true,
            opcode::END => self.frames.len() == 1,
            _ => false,
        };
        if !ends {
            self.frameless = false;
            self.mend(Mend::TailCall)?;
        }
        Ok(())
    }

    fn select(&mut self) -> Step {
        let condition = self.stack.pop()?;
        let or_else = self.stack.pop()?;
        let then = self.stack.pop()?;
        if condition.staged == Staged::Test {
            self.mend(Mend::Select)?;
        }
        let result = Operand::RESULT.or_constant_if_all(&[then.operand, or_else.operand]);
        let local = then.operand.may_be().meets(or_else.operand.may_be());
        self.stack.push_anywhere(if local { result.or_local_of(then.operand) } else { result })?;
        // What a constant selects is pushed again.
        if condition.operand.may_be_constant() {
            self.stack.stage_last(then.staged);
            self.stack.stage_last(or_else.staged);
        }
        Ok(())
    }

    fn local_tee(&mut self) -> Step {
        let index = self.instruction.index;
        let value = self.stack.pop()?;
        let Popped { operand, in_register, .. } = value;
        let local = Operand::local(index);
        let was_local = operand.is_local(self.stack.sets()).is_some();
        self.stack.set_local(index, value);
        let pushed = if was_local || in_register {
            local
        } else {
            Operand::RESULT.or_constant_if_all(&[operand]).or_local_of(local)
        };
        Ok(self.stack.push(pushed)?)
    }

    fn store(&mut self, long: bool) -> Step {
        let Instruction { index: memory, value: offset, .. } = self.instruction;
        let value = self.stack.pop()?.operand;
        let address = self.stack.pop()?.operand;
        if self.facts.is_locked(memory) {
            self.stack.unsettle();
        } else if store::is_fault(memory, offset, address, value) {
            self.mend(Mend::Store { long })?;
        }
        Ok(())
    }
}
