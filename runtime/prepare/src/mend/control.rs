//! Following blocks and branches through the interpreter's translator.

use super::{
    super::memories,
    Mend, block_parameters,
    branch_table::BranchTable,
    frame::{Frame, Kind},
    loop_parameters, missing_else,
    operand::Operand,
    signature::{Signature, Values},
    walk::{Step, Stop, Walk},
};
use wasmparser::{BlockType, BrTable};

impl Walk<'_, '_> {
    pub(super) fn unreachable(&mut self) -> Step {
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

    pub(super) fn block(&mut self, kind: Kind, block: BlockType, constant: bool) -> Step {
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

    pub(super) fn r#else(&mut self) -> Step {
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

    pub(super) fn end(&mut self) -> Step {
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

    pub(super) fn branch(&mut self, depth: u32) -> Step {
        self.label(depth)?.branched = true;
        Ok(())
    }

    pub(super) fn branch_table(&mut self, targets: &BrTable<'_>) -> Step {
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
}
