//! Following branches, returns and calls.

use super::super::{opcode, suspect::unsigned};
use super::{
    control::BRANCH,
    facts::Signature,
    frame::{Certainty, Frame},
    operand::{CONSTANT, LOCAL, Operand, REGISTER},
    value::Value,
    walk::Walk,
};

impl<'m> Walk<'_, 'm> {
    /// Bytes of a branch by a condition.
    pub(super) fn condition(&self, condition: Operand) -> u32 {
        match condition.places {
            REGISTER if self.compared => 4,
            REGISTER => 10,
            CONSTANT => BRANCH,
            _ => 12,
        }
    }

    pub(super) fn target(&self, depth: u32) -> Option<usize> {
        self.frames.len().checked_sub(usize::try_from(depth).ok()?.checked_add(1)?)
    }

    pub(super) fn branch_to(&mut self, target: usize, certainty: Certainty) -> Option<&Frame> {
        let certainty = certainty.min(self.reachable);
        let frame = self.frames.get_mut(target)?;
        frame.branched = frame.branched.max(certainty);
        Some(frame)
    }

    pub(super) fn branch(&mut self, depth: u32) -> Option<()> {
        let target = self.target(depth)?;
        if target == 0 {
            self.r#return()?;
        } else {
            let frame = *self.branch_to(target, Certainty::Yes)?;
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
        let frame = *self.branch_to(target, certainty)?;
        let types = frame.label(self.facts)?;
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
        let index = self.operands.pop_seldom();
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
            let height = self.branch_to(target, certainty)?.height;
            alike &= first.get_or_insert((target, height)).1 == height;
        }
        let (first, _) = first?;
        let types = self.frames.get(first)?.label(self.facts)?;
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
    pub(super) fn returned(&mut self, types: &[u8]) -> Option<u32> {
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

    pub(super) fn return_values(&mut self, types: &[u8]) -> Option<()> {
        let cost = self.returned(types)?;
        self.emit(cost);
        Some(())
    }

    pub(super) fn r#return(&mut self) -> Option<()> {
        let frame = *self.frames.first()?;
        let types = frame.ty.signature(self.facts)?.results;
        self.return_values(types)
    }

    pub(super) fn call_function(&mut self, function: u32, tail: bool) -> Option<()> {
        const CALL: u32 = 10;
        let signature = self.facts.type_of(function)?;
        self.call(signature, tail, CALL)
    }

    fn call(&mut self, signature: Signature<'m>, tail: bool, bytes: u32) -> Option<()> {
        let Signature { parameters, results } = signature;
        self.facts.work.take(parameters.len() + results.len())?;
        let mut cost = bytes + self.operands.preserve_registers(0);
        for _ in parameters {
            cost = cost.saturating_add(self.operands.pop_seldom().spill());
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
        let index = self.operands.pop_seldom();
        let table = if self.instruction.second == 0 { 0 } else { 4 };
        let tail = self.instruction.opcode == opcode::RETURN_CALL_INDIRECT;
        let copied = if index.may_be(CONSTANT) { 8 } else { 0 };
        self.call(signature, tail, CALL + table + copied)
    }
}
