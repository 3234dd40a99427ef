//! Following instructions that have a type of their own through the interpreter's translator.

use super::{
    super::opcode,
    Mend, arity,
    instruction::Instruction,
    memory_grow::MemoryGrow,
    operand::Operand,
    promote,
    stack::{Popped, Staged},
    walk::{Step, Stop, Walk},
};

impl Walk<'_, '_> {
    /// An instruction that neither branches nor calls nor reaches local variables.
    pub(super) fn plain(&mut self) -> Step {
        let Instruction { opcode, value, .. } = self.instruction;
        match opcode {
            opcode::I32_EQZ | opcode::REF_IS_NULL => {
                let tested = self.stack.pop()?;
                self.test(tested, Operand::integer(0))
            }
            opcode::I32_EQ | opcode::I32_NE => self.compare(Self::test),
            opcode::I64_EQZ => {
                let tested = self.stack.pop()?;
                self.test_long(tested, Operand::integer(0))
            }
            opcode::I64_EQ | opcode::I64_NE => self.compare(Self::test_long),
            opcode::I32_XOR => self.compare(Self::xor),
            opcode::I32_SHL..=opcode::I32_ROTR | opcode::I64_SHL..=opcode::I64_ROTR => self.shift(),
            opcode::I64_EXTEND_I32_U => self.extend(),
            opcode::I32_REINTERPRET_F32..=opcode::F64_REINTERPRET_I64 => self.reinterpret(),
            opcode::I32_CONST | opcode::I64_CONST => {
                Ok(self.stack.push(Operand::integer(value))?)
            }
            opcode::F32_CONST => Ok(self.stack.push(promote::constant(value as u32))?),
            opcode::F64_CONST | opcode::REF_NULL => Ok(self.stack.push(Operand::CONSTANT)?),
            opcode::GLOBAL_GET => Ok(self.stack.push_anywhere(Operand::CONSTANT)?),
            opcode::MEMORY_GROW => {
                self.other()?;
                if let Some(grow) = MemoryGrow::fault(self.facts, &self.instruction) {
                    self.mend_behind(Mend::MemoryGrow(grow))?;
                    // What is mended has results of its own.
                    self.stack.forget_register();
                }
                Ok(())
            }
            opcode::F64_PROMOTE_F32 => self.promote(),
            _ => self.other(),
        }
    }

    fn pop2(&mut self) -> Result<(Popped, Popped), Stop> {
        let right = self.stack.pop()?;
        let left = self.stack.pop()?;
        Ok((left, right))
    }

    /// A commutative instruction, whose constant operand comes last.
    fn compare(&mut self, of: fn(&mut Self, Popped, Operand) -> Step) -> Step {
        let (left, right) = self.pop2()?;
        let (other, constant) =
            if right.operand.may_be_constant() { (left, right) } else { (right, left) };
        of(self, other, constant.operand)
    }

    /// Pushes what an instruction makes of an operand and one that may be constant.
    fn push_result(&mut self, other: Operand, constant: Operand, staged: Option<Staged>) -> Step {
        self.push_computed(Operand::RESULT.or_constant_if_all(&[other, constant]))?;
        self.stack.stage_last(staged.unwrap_or_default());
        Ok(())
    }

    /// Pushes a result, in a register unless it may be constant.
    fn push_computed(&mut self, result: Operand) -> Step {
        let pushed = if result.may_be_constant() {
            self.stack.push_anywhere(result)
        } else {
            self.stack.push_in_register(result)
        };
        Ok(pushed?)
    }

    /// Pushes a result that may be in a slot of the frame.
    fn push_anywhere(&mut self, result: Operand) -> Step {
        Ok(self.stack.push_anywhere(result)?)
    }

    /// `i32.eq` or `i32.ne`: a comparison with zero of what is in a slot, or of such a comparison.
    fn test(&mut self, other: Popped, constant: Operand) -> Step {
        let slot = !other.in_register || other.staged != Staged::Nothing;
        let test = (constant.may_be_zero() && slot).then_some(Staged::Test);
        self.push_result(other.operand, constant, test)
    }

    /// The same of an `i64`, which is one only of an extended comparison.
    fn test_long(&mut self, other: Popped, constant: Operand) -> Step {
        let test = constant.may_be_zero() && other.staged != Staged::Nothing;
        self.push_result(other.operand, constant, test.then_some(Staged::Test))
    }

    /// `i32.xor` with 0 becomes a comparison with zero when it is compared with zero.
    fn xor(&mut self, other: Popped, constant: Operand) -> Step {
        let xor = constant.may_be_zero() && !other.in_register;
        self.push_result(other.operand, constant, xor.then_some(Staged::Xor))
    }

    /// A shift by a constant that shifts nothing leaves the operand as it is.
    fn shift(&mut self) -> Step {
        let (value, amount) = self.pop2()?;
        let result = Operand::RESULT.or_constant_if_all(&[value.operand, amount.operand]);
        if !amount.operand.may_shift_nothing() {
            return self.push_computed(result);
        }
        let result = result.or_local_of(value.operand);
        if value.in_register && !value.operand.may_be_local() {
            self.push_computed(result)?;
        } else {
            self.stack.push_anywhere(result)?;
        }
        self.stack.stage_last(value.staged);
        Ok(())
    }

    /// An extension without a sign emits nothing.
    fn extend(&mut self) -> Step {
        let Popped { operand, in_register, staged } = self.stack.pop()?;
        if in_register && !operand.may_be_local() {
            self.stack.push_in_register(operand)?;
        } else {
            self.stack.push(operand)?;
        }
        self.stack.stage_last(staged);
        Ok(())
    }

    /// A reinterpretation emits nothing of what is in a slot.
    fn reinterpret(&mut self) -> Step {
        let Popped { operand, in_register, .. } = self.stack.pop()?;
        if in_register {
            return Ok(self.stack.push_in_register(Operand::RESULT)?);
        }
        let result = Operand::RESULT.or_constant_if_all(&[operand]).or_local_of(operand);
        Ok(self.stack.push_anywhere(result)?)
    }

    fn other(&mut self) -> Step {
        let first = self.instruction.opcode;
        let arity = arity::of(self.facts.module, &self.instruction).ok_or(Stop::Invalid)?;
        let mut constant = arity.takes > 0 && folds(first);
        let mut lowest = Operand::CONSTANT;
        for _ in 0..arity.takes {
            lowest = self.stack.pop()?.operand;
            constant &= lowest.may_be_constant();
        }
        if first == opcode::VECTOR {
            return self.vector(arity.gives, lowest);
        }
        if self.may_be_replaced() {
            self.stack.unsettle();
            // A call leaves its result in a slot of the frame.
            return if arity.gives { self.push_anywhere(Operand::RESULT) } else { Ok(()) };
        }
        if !arity.gives {
            return Ok(());
        }
        let result = if constant { Operand::CONSTANT } else { Operand::RESULT };
        self.push_computed(if is_arithmetic(first) { result.quiet() } else { result })
    }

    /// A vector instruction, which may leave its first operand as it is.
    fn vector(&mut self, gives: bool, first: Operand) -> Step {
        if !gives {
            return Ok(());
        }
        Ok(self.stack.push_anywhere(Operand::CONSTANT.or_local_of(first))?)
    }

    fn promote(&mut self) -> Step {
        let Popped { operand, .. } = self.stack.pop()?;
        if promote::is_fault(operand) {
            self.mend(Mend::Promote)?;
        }
        self.push_computed(Operand::RESULT.or_constant_if_all(&[operand]))
    }

    /// Whether the pass may write other instructions in the place of this one.
    fn may_be_replaced(&self) -> bool {
        match self.instruction.opcode {
            opcode::MISCELLANEOUS => self.instruction.code >= opcode::MEMORY_INIT,
            opcode::ATOMIC => true,
            opcode::I32_LOAD..=opcode::MEMORY_GROW => self.facts.locks(),
            _ => false,
        }
    }
}

/// Whether an instruction of constants is computed while it is translated.
const fn folds(first: u8) -> bool {
    matches!(first, opcode::I32_EQZ..=opcode::I64_EXTEND32_S | opcode::MISCELLANEOUS)
}

/// Whether the result is one of `f32` arithmetic, which never is a signalling NaN.
const fn is_arithmetic(first: u8) -> bool {
    matches!(
        first,
        opcode::F32_ADD..=opcode::F32_DIV | opcode::F32_CONVERT_I32_S..=opcode::F32_DEMOTE_F64
    )
}
