//! Following a function's operands through the interpreter's translator.

use super::{
    super::{error::PrepareError, memories, reader::Reader},
    Function, Mend, Place,
    facts::Facts,
    frame::{Frame, Kind},
    memory_grow::MemoryGrow,
    operand::Operand,
    promote,
    stack::{Popped, Stack, Underflow},
    store,
};
use alloc::vec::Vec;
use wasmparser::{MemArg, Operator};

/// A walk over a function body.
pub(super) struct Walk<'w, 'm> {
    pub(super) facts: &'w mut Facts<'m>,
    found: &'w mut Vec<Place>,
    operators: Reader<'m>,
    /// The byte where the instruction begins.
    pub(super) at: usize,
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
    /// The module is invalid, which whoever compiles the code finds out.
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
        found: &'w mut Vec<Place>,
    ) -> Result<Self, PrepareError> {
        let mut operators = Reader::new(facts.module, function.body);
        let locals = operators.locals()?;
        let ty = facts.signature(function.ty).unwrap_or_default();
        let mut frames = Vec::new();
        let frame = Frame { kind: Kind::Block, ty, height: 0, branched: false, constant: false };
        memories::push(&mut frames, frame)?;
        let at = operators.position();
        let frameless = locals == 0 && ty.parameters.count == 0;
        let stack = Stack::new();
        let walk = Self {
            facts,
            found,
            operators,
            at,
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
        while !self.operators.is_empty() {
            self.at = self.operators.position();
            let Ok(operator) = self.operators.operator() else { break };
            match self.step(&operator) {
                Ok(()) => {}
                Err(Stop::Invalid) => break,
                Err(Stop::Error(error)) => return Err(error),
            }
        }
        Ok(())
    }

    pub(super) fn mend(&mut self, mend: Mend) -> Step {
        let place = Place { at: self.at, mend };
        Ok(memories::push(self.found, place)?)
    }

    fn step(&mut self, operator: &Operator<'_>) -> Step {
        if let Some(depth) = &mut self.unreachable {
            match operator {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => *depth += 1,
                Operator::End if *depth > 0 => *depth -= 1,
                Operator::End => return self.end(),
                Operator::Else if *depth == 0 => return self.r#else(),
                _ => {}
            }
            return Ok(());
        }
        self.goes_on(operator)?;
        match *operator {
            Operator::Nop => Ok(()),
            Operator::Unreachable | Operator::Return => self.unreachable(),
            Operator::Block { blockty } => self.block(Kind::Block, blockty, false),
            Operator::Loop { blockty } => self.block(Kind::Loop, blockty, false),
            Operator::If { blockty } => {
                let condition = self.stack.pop()?;
                let constant = condition.operand.may_be_constant();
                self.block(Kind::If, blockty, constant)
            }
            Operator::Else => self.r#else(),
            Operator::End => self.end(),
            Operator::Br { relative_depth } => {
                self.branch(relative_depth)?;
                self.unreachable()
            }
            Operator::BrIf { relative_depth } => {
                self.stack.pop()?;
                self.branch(relative_depth)
            }
            Operator::BrTable { ref targets } => self.branch_table(targets),
            Operator::Call { function_index } => self.call(function_index),
            Operator::CallIndirect { type_index, table_index } => {
                self.call_indirect(type_index, table_index)
            }
            Operator::ReturnCall { .. } | Operator::ReturnCallIndirect { .. } => self.unreachable(),
            Operator::Drop => {
                self.stack.pop()?;
                self.stack.commit();
                Ok(())
            }
            Operator::Select | Operator::TypedSelect { .. } => self.select(),
            Operator::LocalGet { local_index } => {
                Ok(self.stack.push(Operand::local(local_index))?)
            }
            Operator::LocalSet { local_index } => {
                let value = self.stack.pop()?;
                self.stack.set_local(local_index, value);
                Ok(())
            }
            Operator::LocalTee { local_index } => self.local_tee(local_index),
            Operator::I32Const { value } => Ok(self.stack.push(Operand::integer(value.into()))?),
            Operator::I64Const { value } => Ok(self.stack.push(Operand::integer(value))?),
            Operator::F32Const { value } => Ok(self.stack.push(promote::constant(value.bits()))?),
            Operator::I32Store { memarg }
            | Operator::I32Store8 { memarg }
            | Operator::I32Store16 { memarg }
            | Operator::I32AtomicStore8 { memarg } => self.store(&memarg, false),
            Operator::I64Store { memarg }
            | Operator::I64Store8 { memarg }
            | Operator::I64Store16 { memarg }
            | Operator::I64Store32 { memarg }
            | Operator::I64AtomicStore8 { memarg } => self.store(&memarg, true),
            Operator::MemoryGrow { mem } => {
                let end = self.operators.position();
                if let Some(grow) = MemoryGrow::fault(self.facts, mem, end) {
                    let mend = Mend::MemoryGrow(grow);
                    memories::push(self.found, Place { at: end, mend })?;
                }
                self.plain(operator)
            }
            _ => self.plain(operator),
        }
    }

    /// A call may have lost the frame, if the function goes on.
    fn goes_on(&mut self, operator: &Operator<'_>) -> Step {
        if !core::mem::take(&mut self.lost) {
            return Ok(());
        }
        let ends = match operator {
            Operator::Return | Operator::Unreachable => true,
            Operator::End => self.frames.len() == 1,
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
        let or_else = self.stack.pop()?.operand;
        let then = self.stack.pop()?.operand;
        if condition.tested {
            self.mend(Mend::Select)?;
        }
        let result = Operand::RESULT.or_constant_if_all(&[then, or_else]);
        let local = then.may_be().meets(or_else.may_be());
        let result = if local { result.or_local_of(then) } else { result };
        Ok(self.stack.push_anywhere(result)?)
    }

    fn local_tee(&mut self, index: u32) -> Step {
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

    fn store(&mut self, argument: &MemArg, long: bool) -> Step {
        let value = self.stack.pop()?.operand;
        let address = self.stack.pop()?.operand;
        if self.facts.is_locked(argument.memory) {
            self.stack.unsettle();
        } else if store::is_fault(argument, address, value) {
            self.mend(Mend::Store { long })?;
        }
        Ok(())
    }
}
