//! Following calls through the interpreter's translator.

use super::{
    instruction::Instruction,
    operand::Operand,
    signature::Signature,
    walk::{Step, Stop, Walk},
};

impl Walk<'_, '_> {
    pub(super) fn call(&mut self) -> Step {
        let function = self.instruction.index;
        let ty = self.facts.type_of(function).ok_or(Stop::Invalid)?;
        self.stack.drop(ty.parameters.count)?;
        if self.frameless && self.stack.height() == 0 && ty.results.count == 0 {
            self.lost = self.facts.may_tail_call(function)?;
        }
        self.results(&ty)
    }

    pub(super) fn call_indirect(&mut self) -> Step {
        let Instruction { index: ty, second: table, .. } = self.instruction;
        let ty = self.facts.signature(ty).ok_or(Stop::Invalid)?;
        self.stack.pop()?;
        self.stack.drop(ty.parameters.count)?;
        let own = !self.facts.is_host_table(table);
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
}
