//! Following a function's operands through the interpreter's translator.

use super::{
    super::{error::PrepareError, lookup, memories, reader::Reader},
    Function, Mend, Place, block_parameters,
    branch_table::BranchTable,
    facts::Facts,
    frame::{Frame, Kind},
    loop_parameters, missing_else,
    operand::Operand,
    promote,
    signature::{Signature, Values},
    stack::{Popped, Stack, Underflow},
    store,
};
use alloc::vec::Vec;
use wasmparser::{BlockType, MemArg, Operator};

/// A walk over a function body.
pub(super) struct Walk<'w, 'm> {
    pub(super) facts: &'w mut Facts<'m>,
    found: &'w mut Vec<Place>,
    operators: Reader<'m>,
    /// The byte where the instruction begins.
    pub(super) at: usize,
    pub(super) stack: Stack,
    frames: Vec<Frame>,
    /// In code that can't be reached: how many blocks in it the walk is in.
    unreachable: Option<u32>,
    /// Whether the function has neither parameters nor local variables.
    frameless: bool,
    /// Whether what has just been called may have tail-called the host.
    lost: bool,
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

    fn unreachable(&mut self) -> Step {
        let frame = self.frames.last().ok_or(Stop::Invalid)?;
        self.stack.truncate(frame.height);
        self.unreachable = Some(0);
        Ok(())
    }

    fn signature(&self, block: BlockType) -> Result<Signature, Stop> {
        match block {
            BlockType::Empty => Ok(Signature::default()),
            BlockType::Type(_) => {
                Ok(Signature { results: Values::one(self.at + 1), ..Signature::default() })
            }
            BlockType::FuncType(ty) => self.facts.signature(ty).ok_or(Stop::Invalid),
        }
    }

    fn block(&mut self, kind: Kind, block: BlockType, constant: bool) -> Step {
        let ty = self.signature(block)?;
        let parameters = usize::try_from(ty.parameters.count).map_err(|_| Stop::Invalid)?;
        let height = self.stack.height().checked_sub(parameters).ok_or(Stop::Invalid)?;
        let mended = if kind == Kind::Loop && loop_parameters::is_fault(&self.stack, height) {
            Some(Mend::LoopParameters)
        } else if kind != Kind::Loop && block_parameters::is_fault(&self.stack, height) {
            Some(Mend::BlockParameters)
        } else {
            None
        };
        let moved = kind == Kind::Loop || mended.is_some();
        if moved {
            self.stack.commit();
        }
        if let Some(mended) = mended {
            self.mend(mended)?;
        }
        self.stack.settle_below(if moved { self.stack.height() } else { height });
        let frame = Frame { kind, ty, height, branched: false, constant };
        Ok(memories::push(&mut self.frames, frame)?)
    }

    fn r#else(&mut self) -> Step {
        self.unreachable = None;
        let frame = self.frames.last_mut().ok_or(Stop::Invalid)?;
        if frame.kind != Kind::If {
            return Err(Stop::Invalid);
        }
        frame.kind = Kind::Else;
        self.stack.truncate(frame.height);
        for _ in 0..frame.ty.parameters.count {
            self.stack.push_anywhere(Operand::ANY)?;
        }
        self.stack.unsettle();
        Ok(())
    }

    fn end(&mut self) -> Step {
        let reachable = self.unreachable.take().is_none();
        let frame = self.frames.pop().ok_or(Stop::Invalid)?;
        if missing_else::is_fault(&frame) {
            self.mend(Mend::MissingElse)?;
        }
        let arms = matches!(frame.kind, Kind::If | Kind::Else);
        let results = frame.ty.results.count;
        if reachable && !arms {
            self.results_are_there(&frame)?;
            if frame.branched && frame.kind == Kind::Block {
                self.stack.merge_from(frame.height);
            }
            if frame.kind == Kind::Block {
                self.stack.commit();
                self.stack.forget_register();
            }
            return Ok(());
        }
        self.stack.truncate(frame.height);
        let result = if arms && frame.constant { Operand::ANY } else { Operand::RESULT };
        for _ in 0..results {
            self.stack.push_anywhere(result)?;
        }
        self.stack.commit();
        self.stack.unsettle();
        Ok(())
    }

    /// Checks that the operands of a block that ends are its results.
    fn results_are_there(&self, frame: &Frame) -> Step {
        let results = usize::try_from(frame.ty.results.count).map_err(|_| Stop::Invalid)?;
        let valid = self.stack.height().checked_sub(frame.height) == Some(results);
        if valid { Ok(()) } else { Err(Stop::Invalid) }
    }

    fn label(&mut self, depth: u32) -> Result<&mut Frame, Stop> {
        let depth = usize::try_from(depth).map_err(|_| Stop::Invalid)?;
        let index = self.frames.len().checked_sub(depth).and_then(|above| above.checked_sub(1));
        index.and_then(|index| self.frames.get_mut(index)).ok_or(Stop::Invalid)
    }

    fn branch(&mut self, depth: u32) -> Step {
        self.label(depth)?.branched = true;
        Ok(())
    }

    fn branch_table(&mut self, targets: &wasmparser::BrTable<'_>) -> Step {
        self.stack.pop()?;
        let default = *self.label(targets.default())?;
        let (mut same_label, mut same_height) = (true, true);
        self.branch(targets.default())?;
        for target in targets.targets() {
            let target = target.map_err(|_| Stop::Invalid)?;
            self.branch(target)?;
            same_label &= target == targets.default();
            same_height &= self.label(target)?.height == default.height;
        }
        let values = default.label();
        if !same_label && same_height && self.facts.some_values {
            let carried = usize::try_from(values.count).map_err(|_| Stop::Invalid)?;
            let kept = default.height.checked_add(carried).ok_or(Stop::Invalid)?;
            let between = self.stack.height().checked_sub(kept).ok_or(Stop::Invalid)?;
            let between = u32::try_from(between).map_err(|_| Stop::Invalid)?;
            if let Some(table) = BranchTable::fault(self.facts.module, values, between)? {
                self.mend(Mend::BranchTable(table))?;
            }
        }
        self.unreachable()
    }

    fn call(&mut self, function: u32) -> Step {
        let ty = self.facts.type_of(function).ok_or(Stop::Invalid)?;
        self.stack.drop(ty.parameters.count)?;
        if self.frameless && self.stack.height() == 0 && ty.results.count == 0 {
            self.lost = self.facts.may_tail_call(function)?;
        }
        self.results(&ty)
    }

    fn call_indirect(&mut self, ty: u32, table: u32) -> Step {
        let ty = self.facts.signature(ty).ok_or(Stop::Invalid)?;
        self.stack.pop()?;
        self.stack.drop(ty.parameters.count)?;
        let own = self.facts.host_table != Some(table);
        self.lost = self.frameless && self.stack.height() == 0 && ty.results.count == 0 && own;
        self.results(&ty)
    }

    fn results(&mut self, ty: &Signature) -> Step {
        for _ in 0..ty.results.count {
            self.stack.push(Operand::RESULT)?;
        }
        self.stack.commit();
        self.stack.forget_register();
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
        let locked = lookup::at(self.facts.memories, argument.memory)
            .is_some_and(memories::MemoryDecl::is_locked);
        if locked {
            self.stack.unsettle();
        } else if store::is_fault(argument, address, value) {
            self.mend(Mend::Store { long })?;
        }
        Ok(())
    }
}
