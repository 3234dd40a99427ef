//! Following blocks, branches and calls.

use super::super::{mend::Instruction, opcode, suspect::unsigned};
use super::{
    facts::Signature,
    frame::{BlockType, Certainty, Frame, Kind},
    operand::{CONSTANT, LOCAL, REGISTER, SLOT},
    value::{Value, in_registers},
    walk::Walk,
};

/// Bytes of a branch.
const BRANCH: u32 = 6;

impl<'m> Walk<'_, 'm> {
    fn block_type(&self) -> BlockType {
        let index = self.instruction.index;
        if index == Instruction::NO_FUNCTION {
            BlockType::value(self.instruction.value as u8)
        } else {
            BlockType::function(index)
        }
    }

    fn label(&mut self) {
        self.body.labels = self.body.labels.saturating_add(1);
    }

    fn user(&mut self) {
        self.body.users = self.body.users.saturating_add(1);
    }

    /// Bytes of the copies of the values that a branch carries to above `height` operands; `None` if
    /// that is open.
    fn carried(&mut self, types: &[u8], height: Option<u32>) -> Option<u32> {
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
        self.facts.work.take(types.len())?;
        self.operands.truncate(height);
        let in_slots = types.len() - in_registers(types);
        for (nth, byte) in types.iter().enumerate() {
            let ty = Value::of(*byte);
            let cost = if carried != Certainty::Yes {
                self.operands.push_open(LOCAL | SLOT | REGISTER | CONSTANT, ty)
            } else if nth < in_slots {
                self.operands.push_slot(ty)
            } else {
                self.operands.push_register(ty)
            };
            self.emit(cost);
        }
        Some(())
    }

    pub(super) fn block(&mut self) -> Option<()> {
        let ty = self.block_type();
        let signature = ty.signature(self.facts)?;
        let count = signature.parameters.len();
        self.popped(count);
        self.label();
        let cost = self.preserve(count as u32);
        self.emit(cost);
        self.push_frame(Kind::Block, ty, signature)
    }

    /// Bytes of what preserves all operands but the uppermost ones.
    fn preserve(&mut self, skip: u32) -> u32 {
        self.operands.preserve_locals(skip) + self.operands.preserve_registers(skip)
    }

    pub(super) fn r#loop(&mut self) -> Option<()> {
        let ty = self.block_type();
        let signature = ty.signature(self.facts)?;
        let count = signature.parameters.len();
        self.popped(count);
        self.label();
        let registers = self.operands.preserve_registers(count as u32);
        let height = self.operands.height().saturating_sub(count as u32);
        let carried = self.carried(signature.parameters, Some(height))?;
        let locals = self.operands.preserve_locals(count as u32);
        self.emit(
            registers.saturating_add(carried).saturating_add(locals).saturating_add(self.fuel),
        );
        self.compared = false;
        self.push_frame(Kind::Loop, ty, signature)?;
        self.push_values(signature.parameters, height, Certainty::Yes)
    }

    pub(super) fn r#if(&mut self) -> Option<()> {
        let ty = self.block_type();
        let signature = ty.signature(self.facts)?;
        let count = signature.parameters.len() as u32;
        self.popped(signature.parameters.len());
        self.label();
        self.label();
        self.user();
        let condition = self.operands.pop();
        let tested = self.condition(condition);
        let preserved = self.preserve(count);
        self.emit(tested.saturating_add(preserved).saturating_add(self.fuel));
        self.compared = false;
        self.push_frame(Kind::If, ty, signature)?;
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

    pub(super) fn r#else(&mut self) -> Option<()> {
        let frame = *self.frames.last()?;
        match frame.kind {
            Kind::If => {}
            Kind::Dead => {
                let parameters = frame.ty.signature(self.facts)?.parameters.len();
                self.dead_height = frame.height.saturating_add(parameters as u32);
                return Some(());
            }
            // The module is invalid.
            _ => return Some(()),
        }
        let signature = frame.ty.signature(self.facts)?;
        self.second_half(signature.parameters.len());
        let mut cost = self.fuel;
        if self.reachable != Certainty::No {
            let carried = self.carried(signature.results, Some(frame.height))?;
            cost = cost.saturating_add(carried).saturating_add(BRANCH);
            self.user();
        }
        self.emit(cost);
        self.compared = false;
        let reachable = self.reachable;
        let last = self.last()?;
        last.kind = Kind::Else;
        last.then = reachable;
        last.branched = last.branched.max(reachable);
        self.push_values(signature.parameters, frame.height, Certainty::Maybe)?;
        self.reachable = if frame.constant { Certainty::Maybe } else { Certainty::Yes };
        Some(())
    }

    pub(super) fn end(&mut self) -> Option<()> {
        let frame = self.frames.pop()?;
        let signature = frame.ty.signature(self.facts)?;
        let reachable = self.reachable;
        self.compared = false;
        match frame.kind {
            Kind::Block => self.end_block(frame, signature)?,
            Kind::Loop => {}
            Kind::If => self.end_if(frame, signature)?,
            Kind::Else => {
                if reachable != Certainty::No {
                    let cost = self.carried(signature.results, Some(frame.height))?;
                    self.emit(cost);
                }
                let carried = if frame.constant { Certainty::Maybe } else { Certainty::Yes };
                self.push_values(signature.results, frame.height, carried)?;
                self.reachable = reachable.max(frame.then).max(frame.branched);
            }
            Kind::Dead => {}
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
            let mut cost = self.fuel;
            if self.reachable != Certainty::No {
                let carried = self.carried(signature.results, Some(frame.height))?;
                cost = cost.saturating_add(carried).saturating_add(BRANCH);
                self.user();
            }
            self.emit(cost);
            self.push_values(signature.parameters, frame.height, Certainty::Maybe)?;
            let cost = self.carried(signature.results, Some(frame.height))?;
            self.emit(cost);
        }
        let carried = if frame.constant { Certainty::Maybe } else { Certainty::Yes };
        self.push_values(signature.results, frame.height, carried)?;
        self.reachable = if frame.constant { Certainty::Maybe } else { Certainty::Yes };
        Some(())
    }

    /// Bytes of a branch by a condition.
    fn condition(&self, condition: super::operand::Operand) -> u32 {
        match condition.places {
            REGISTER if self.compared => 4,
            REGISTER => 10,
            CONSTANT => BRANCH,
            _ => 12,
        }
    }

    fn target(&self, depth: u32) -> Option<usize> {
        self.frames.len().checked_sub(usize::try_from(depth).ok()?.checked_add(1)?)
    }

    fn branch_to(&mut self, target: usize, certainty: Certainty) -> Option<Frame> {
        let certainty = certainty.min(self.reachable);
        let frame = self.frames.get_mut(target)?;
        frame.branched = frame.branched.max(certainty);
        Some(*frame)
    }

    pub(super) fn branch(&mut self, depth: u32) -> Option<()> {
        let target = self.target(depth)?;
        if target == 0 {
            self.r#return()?;
        } else {
            let frame = self.branch_to(target, Certainty::Yes)?;
            let types = frame.label(self.facts)?;
            let cost = self.carried(types, Some(frame.height))?;
            self.emit(cost.saturating_add(BRANCH));
            self.user();
        }
        self.unreachable();
        Some(())
    }

    pub(super) fn branch_if(&mut self, depth: u32) -> Option<()> {
        let condition = self.operands.pop();
        match condition.is_zero() {
            Some(true) => return Some(()),
            Some(false) => return self.branch(depth),
            None => {}
        }
        let target = self.target(depth)?;
        let constant = condition.may_be(CONSTANT);
        let certainty = if constant { Certainty::Maybe } else { Certainty::Yes };
        let frame = self.branch_to(target, certainty)?;
        let types = frame.label(self.facts)?;
        self.popped(types.len());
        let mut cost = self.condition(condition);
        let carried = self.carried(types, Some(frame.height))?;
        self.user();
        if carried > 0 {
            cost = cost.saturating_add(carried).saturating_add(BRANCH);
            self.label();
            self.user();
        }
        if constant && target == 0 {
            cost = cost.saturating_add(self.returned(types)?);
        }
        self.emit(cost);
        self.compared = false;
        if constant {
            self.reachable = Certainty::Maybe;
        }
        Some(())
    }

    pub(super) fn branch_table(&mut self) -> Option<()> {
        let index = self.operands.pop();
        let certainty = if index.may_be(CONSTANT) { Certainty::Maybe } else { Certainty::Yes };
        let module = self.facts.module;
        let bytes = module.get(self.instruction.at.checked_add(1)?..self.instruction.end)?;
        let (count, mut bytes) = unsigned(bytes)?;
        let targets = count.checked_add(1)?;
        let mut first = None;
        let (mut alike, mut leaves) = (true, false);
        for _ in 0..targets {
            let (depth, rest) = unsigned(bytes)?;
            bytes = rest;
            let target = self.target(depth)?;
            leaves |= target == 0;
            let frame = self.branch_to(target, certainty)?;
            alike &= first.get_or_insert(frame).height == frame.height;
        }
        let types = first?.label(self.facts)?;
        let carried = self.carried(types, None)?;
        let target = if alike || carried == 0 { 4 } else { 6 };
        let mut cost = 12 + index.to_slot();
        if leaves {
            // It may be that all targets are one, which is a return.
            cost = cost.saturating_add(self.returned(types)?);
        }
        let table = targets.saturating_mul(target);
        self.emit(cost.saturating_add(carried).saturating_add(table));
        self.body.targets = self.body.targets.max(targets);
        self.body.users = self.body.users.saturating_add(targets);
        self.unreachable();
        Some(())
    }

    /// Bytes of the copies of results.
    fn returned(&mut self, types: &[u8]) -> Option<u32> {
        const RETURN: u32 = 2;
        self.facts.work.take(types.len())?;
        let mut cost = RETURN;
        for depth in 0..types.len() as u32 {
            let operand = self.operands.peek(depth);
            cost = cost.saturating_add(match types.len() {
                1 if operand.is(REGISTER) => 2,
                _ => operand.copy(),
            });
            if types.len() > 1 && operand.may_be(LOCAL) {
                // It might be overwritten by those before it.
                cost = cost.saturating_add(6);
            }
        }
        Some(cost)
    }

    fn return_values(&mut self, types: &[u8]) -> Option<()> {
        let cost = self.returned(types)?;
        self.emit(cost);
        Some(())
    }

    pub(super) fn r#return(&mut self) -> Option<()> {
        let frame = *self.frames.first()?;
        let types = frame.ty.signature(self.facts)?.results;
        self.return_values(types)
    }

    pub(super) fn call(&mut self, signature: Signature<'m>, tail: bool, bytes: u32) -> Option<()> {
        let Signature { parameters, results } = signature;
        self.popped(parameters.len());
        self.facts.work.take(parameters.len() + results.len())?;
        let mut cost = bytes + self.operands.preserve_registers(0);
        for _ in parameters {
            cost = cost.saturating_add(self.operands.pop().spill());
        }
        for byte in results {
            cost = cost.saturating_add(self.operands.push_slot(Value::of(*byte)));
        }
        self.emit(cost);
        if tail {
            self.unreachable();
        }
        Some(())
    }

    pub(super) fn call_indirect(&mut self) -> Option<()> {
        const CALL: u32 = 12;
        let signature = self.facts.signature(self.instruction.index)?;
        let index = self.operands.pop();
        let table = if self.instruction.second == 0 { 0 } else { 4 };
        let tail = self.instruction.opcode == opcode::RETURN_CALL_INDIRECT;
        let copied = if index.may_be(CONSTANT) { 8 } else { 0 };
        self.call(signature, tail, CALL + table + copied)
    }
}
