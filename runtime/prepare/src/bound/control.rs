//! Following blocks.

use super::super::block_kind::BlockKind;
use super::{
    facts::Signature,
    frame::{BlockType, Certainty, Frame},
    operand::{CONSTANT, LOCAL, REGISTER, SLOT},
    value::{Value, in_registers},
    walk::Walk,
};

/// Bytes of a branch.
pub(super) const BRANCH: u32 = 6;

impl<'m> Walk<'_, 'm> {
    pub(super) fn label(&mut self) {
        self.body.labels = self.body.labels.saturating_add(1);
    }

    pub(super) fn user(&mut self) {
        self.body.users = self.body.users.saturating_add(1);
    }

    /// Bytes of the copies of the values that a branch carries to above `height` operands; `None` if
    /// that is open.
    #[inline(always)]
    pub(super) fn carried(&mut self, types: &[u8], height: Option<u32>) -> Option<u32> {
        if types.is_empty() { Some(0) } else { self.copies(types, height) }
    }

    #[inline(never)]
    fn copies(&mut self, types: &[u8], height: Option<u32>) -> Option<u32> {
        let count = types.len() as u32;
        self.facts.work.take(types.len())?;
        let in_registers = in_registers(types) as u32;
        let in_place =
            height.is_some_and(|height| height.checked_add(count) == Some(self.operands.height()));
        let mut cost = 0u32;
        for depth in 0..count {
            let operand = self.operands.peek(depth);
            cost = cost.saturating_add(if depth < in_registers {
                operand.to_register()
            } else if in_place {
                operand.spill()
            } else {
                operand.copy()
            });
        }
        Some(cost)
    }

    /// Pushes the values of a block above `height` operands, which are where branches carry them;
    /// or where they were, if it is open whether any branch does.
    fn push_values(&mut self, types: &[u8], height: u32, carried: Certainty) -> Option<()> {
        self.operands.truncate(height);
        if types.is_empty() {
            return Some(());
        }
        self.facts.work.take(types.len())?;
        let in_slots = types.len() - in_registers(types);
        for (nth, byte) in types.iter().enumerate() {
            let ty = Value::of(*byte);
            let cost = if carried != Certainty::Yes {
                self.operands.push_open(LOCAL | SLOT | REGISTER | CONSTANT, ty)
            } else if nth < in_slots {
                self.operands.push_slot(ty)
            } else {
                self.result(ty, 0);
                continue;
            };
            self.emit(cost);
        }
        Some(())
    }

    /// That of a block, which mostly has neither parameters nor results.
    #[inline(always)]
    fn signature(&mut self, ty: BlockType) -> Option<Signature<'m>> {
        if ty.is_empty() { Some(Signature::default()) } else { ty.signature(self.facts) }
    }

    pub(super) fn block(&mut self, ty: BlockType) -> Option<()> {
        let signature = self.signature(ty)?;
        let count = signature.parameters.len();
        self.label();
        let cost = self.preserve(count as u32);
        self.emit(cost);
        self.push_frame(Some(BlockKind::Block), ty, signature)
    }

    /// Bytes of what preserves all operands but the uppermost ones.
    #[inline(always)]
    fn preserve(&mut self, skip: u32) -> u32 {
        if self.operands.height() == 0 {
            return 0;
        }
        self.operands.preserve_locals(skip) + self.operands.preserve_registers(skip)
    }

    pub(super) fn r#loop(&mut self, ty: BlockType) -> Option<()> {
        let signature = ty.signature(self.facts)?;
        let count = signature.parameters.len();
        self.label();
        let registers = self.operands.preserve_registers(count as u32);
        let height = self.operands.height().saturating_sub(count as u32);
        let carried = self.carried(signature.parameters, Some(height))?;
        let locals = self.operands.preserve_locals(count as u32);
        self.emit(
            registers.saturating_add(carried).saturating_add(locals).saturating_add(self.fuel),
        );
        self.compared = false;
        self.push_frame(Some(BlockKind::Loop), ty, signature)?;
        self.push_values(signature.parameters, height, Certainty::Yes)
    }

    pub(super) fn r#if(&mut self, ty: BlockType) -> Option<()> {
        let signature = ty.signature(self.facts)?;
        let count = signature.parameters.len() as u32;
        self.label();
        self.label();
        self.user();
        let condition = self.operands.pop_seldom();
        let tested = self.condition(condition);
        let preserved = self.preserve(count);
        self.emit(tested.saturating_add(preserved).saturating_add(self.fuel));
        self.compared = false;
        self.push_frame(Some(BlockKind::If), ty, signature)?;
        let constant = condition.may_be(CONSTANT);
        self.last()?.constant = constant;
        if constant {
            self.reachable = Certainty::Maybe;
        }
        self.ifs = self.ifs.saturating_add(1);
        self.if_parameters = self.if_parameters.saturating_add(count);
        self.body.ifs = self.body.ifs.max(self.ifs);
        self.body.if_parameters = self.body.if_parameters.max(self.if_parameters);
        Some(())
    }

    fn last(&mut self) -> Option<&mut Frame> {
        self.frames.last_mut()
    }

    /// An `if` has got its second half, or none.
    fn second_half(&mut self, parameters: usize) {
        self.ifs = self.ifs.saturating_sub(1);
        self.if_parameters = self.if_parameters.saturating_sub(parameters as u32);
    }

    /// Where the end of the first half of an `if` is reached, it branches to the end of the second.
    fn end_first_half(&mut self, frame: &Frame, signature: Signature<'m>) -> Option<()> {
        let mut cost = self.fuel;
        if self.reachable != Certainty::No {
            let carried = self.carried(signature.results, Some(frame.height))?;
            cost = cost.saturating_add(carried).saturating_add(BRANCH);
            self.user();
        }
        self.emit(cost);
        Some(())
    }

    pub(super) fn r#else(&mut self) -> Option<()> {
        let frame = *self.frames.last()?;
        match frame.kind {
            Some(BlockKind::If) => {}
            None => {
                let parameters = frame.ty.signature(self.facts)?.parameters.len();
                self.dead_height = frame.height.saturating_add(parameters as u32);
                return Some(());
            }
            // The module is invalid.
            _ => return Some(()),
        }
        let signature = frame.ty.signature(self.facts)?;
        self.second_half(signature.parameters.len());
        self.end_first_half(&frame, signature)?;
        self.compared = false;
        let reachable = self.reachable;
        let last = self.last()?;
        last.kind = Some(BlockKind::Else);
        last.then = reachable;
        last.branched = last.branched.max(reachable);
        self.push_values(signature.parameters, frame.height, Certainty::Maybe)?;
        self.reachable = if frame.constant { Certainty::Maybe } else { Certainty::Yes };
        Some(())
    }

    pub(super) fn end(&mut self) -> Option<()> {
        let frame = self.frames.pop()?;
        let signature = self.signature(frame.ty)?;
        let reachable = self.reachable;
        self.compared = false;
        match frame.kind {
            Some(BlockKind::Block) => self.end_block(frame, signature)?,
            Some(BlockKind::Loop) => {}
            Some(BlockKind::If) => self.end_if(frame, signature)?,
            Some(BlockKind::Else) => {
                if reachable != Certainty::No {
                    let cost = self.carried(signature.results, Some(frame.height))?;
                    self.emit(cost);
                }
                let carried = if frame.constant { Certainty::Maybe } else { Certainty::Yes };
                self.push_values(signature.results, frame.height, carried)?;
                self.reachable = reachable.max(frame.then).max(frame.branched);
            }
            None => {}
        }
        if self.reachable == Certainty::No {
            self.dead_height = frame.height.saturating_add(signature.results.len() as u32);
            self.count_dead();
        }
        Some(())
    }

    fn end_block(&mut self, frame: Frame, signature: Signature<'m>) -> Option<()> {
        if frame.branched != Certainty::No {
            if self.reachable != Certainty::No {
                let cost = self.carried(signature.results, Some(frame.height))?;
                self.emit(cost);
            }
            self.push_values(signature.results, frame.height, frame.branched)?;
        }
        self.reachable = self.reachable.max(frame.branched);
        if self.frames.is_empty() && self.reachable != Certainty::No {
            self.return_values(signature.results)?;
        }
        Some(())
    }

    fn end_if(&mut self, frame: Frame, signature: Signature<'m>) -> Option<()> {
        self.second_half(signature.parameters.len());
        if !signature.results.is_empty() {
            self.end_first_half(&frame, signature)?;
            self.push_values(signature.parameters, frame.height, Certainty::Maybe)?;
            let cost = self.carried(signature.results, Some(frame.height))?;
            self.emit(cost);
        }
        let carried = if frame.constant { Certainty::Maybe } else { Certainty::Yes };
        self.push_values(signature.results, frame.height, carried)?;
        self.reachable = if frame.constant { Certainty::Maybe } else { Certainty::Yes };
        Some(())
    }
}
