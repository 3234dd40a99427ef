//! Following blocks and branches through the interpreter's translator.

use super::{
    super::{block_kind::BlockKind, memories, opcode},
    Mend, block_parameters,
    branch_table::BranchTable,
    frame::Frame,
    if_parameters,
    instruction::Instruction,
    loop_parameters,
    operand::Operand,
    signature::{Signature, Values},
    walk::{Step, Stop, Walk},
};
use wasmparser::Operator;

impl Walk<'_, '_> {
    pub(super) fn unreachable(&mut self) -> Step {
        let frame = self.frames.last().ok_or(Stop::Invalid)?;
        self.stack.truncate(frame.height);
        self.unreachable = Some(0);
        Ok(())
    }

    /// The type of the block that begins.
    fn signature(&self) -> Result<Signature, Stop> {
        let Instruction { at, index, value, .. } = self.instruction;
        if index != Instruction::NO_FUNCTION {
            return self.facts.signature(index).ok_or(Stop::Invalid);
        }
        if value == u64::from(opcode::EMPTY) {
            return Ok(Signature::default());
        }
        Ok(Signature { results: Values::one(at + 1), ..Signature::default() })
    }

    pub(super) fn block(&mut self, kind: BlockKind, constant: bool) -> Step {
        let ty = self.signature()?;
        let parameters = usize::try_from(ty.parameters.count).map_err(|_| Stop::Invalid)?;
        let height = self.stack.height().checked_sub(parameters).ok_or(Stop::Invalid)?;
        let stack = &self.stack;
        let (fault, mend) = match kind {
            BlockKind::Block => (block_parameters::is_fault(stack, height), Mend::BlockParameters),
            BlockKind::Loop => (loop_parameters::is_fault(stack, height), Mend::LoopParameters),
            BlockKind::If | BlockKind::Else => {
                (if_parameters::is_fault(stack, height), Mend::IfParameters)
            }
        };
        let mended = fault.then_some(mend);
        let moved = kind == BlockKind::Loop || mended.is_some();
        if moved {
            self.stack.commit();
        }
        if let Some(mended) = mended {
            self.mend(mended)?;
        }
        if kind == BlockKind::Loop {
            // The parameters are copied, the last ones into registers.
            self.stack.settle_below(height);
            self.stack.truncate(height);
            for _ in 0..parameters {
                self.stack.push_anywhere(Operand::RESULT)?;
            }
        } else {
            self.stack.settle_below(if moved { self.stack.height() } else { height });
        }
        let frame = Frame { kind, ty, height, branched: false, constant };
        Ok(memories::push(&mut self.frames, frame)?)
    }

    pub(super) fn r#else(&mut self) -> Step {
        self.unreachable = None;
        let frame = self.frames.last_mut().ok_or(Stop::Invalid)?;
        if frame.kind != BlockKind::If {
            return Err(Stop::Invalid);
        }
        frame.kind = BlockKind::Else;
        self.stack.truncate(frame.height);
        for _ in 0..frame.ty.parameters.count {
            self.stack.push_anywhere(Operand::ANY)?;
        }
        self.stack.unsettle();
        Ok(())
    }

    pub(super) fn end(&mut self) -> Step {
        let reachable = self.unreachable.take().is_none();
        let frame = self.frames.pop().ok_or(Stop::Invalid)?;
        let arms = matches!(frame.kind, BlockKind::If | BlockKind::Else);
        let results = frame.ty.results.count;
        if reachable && !arms {
            self.results_are_there(&frame)?;
            if frame.branched && frame.kind == BlockKind::Block {
                self.stack.merge_from(frame.height);
            }
            if frame.kind == BlockKind::Block {
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

    pub(super) fn branch(&mut self, depth: u32) -> Step {
        self.label(depth)?.branched = true;
        Ok(())
    }

    pub(super) fn branch_table(&mut self) -> Step {
        let module = self.facts.module;
        let Some(Operator::BrTable { targets }) = self.instruction.operator(module) else {
            return Err(Stop::Invalid);
        };
        self.stack.pop()?;
        let default = *self.label(targets.default())?;
        let (mut same_label, mut same_height) = (true, true);
        self.branch(targets.default())?;
        for target in targets.targets() {
            let target = target.map_err(|_| Stop::Invalid)?;
            self.branch(target)?;
            same_label &= target == targets.default();
            let frame = self.label(target)?;
            same_height &= frame.height == default.height;
            // Plain branches could be valid where the table is not.
            if frame.label().count != default.label().count {
                return Err(Stop::Invalid);
            }
        }
        let values = default.label();
        let carried = usize::try_from(values.count).map_err(|_| Stop::Invalid)?;
        let kept = default.height.checked_add(carried).ok_or(Stop::Invalid)?;
        if !same_label && same_height && self.stack.height() > kept {
            let instruction = self.instruction.at..self.instruction.end;
            if let Some(table) = BranchTable::fault(module, instruction, &targets, values)? {
                self.mend(Mend::BranchTable(table))?;
            }
        }
        self.unreachable()
    }
}
