//! Following instructions that have a type of their own through the interpreter's translator.

use super::{
    super::{opcode, suspect::unsigned},
    Mend, arity,
    operand::Operand,
    promote,
    stack::Popped,
    walk::{Step, Stop, Walk},
};
use wasmparser::Operator;

impl Walk<'_, '_> {
    /// An instruction that neither branches nor calls nor reaches local variables.
    pub(super) fn plain(&mut self, operator: &Operator<'_>) -> Step {
        let bytes = self.facts.module.get(self.at..).unwrap_or_default();
        let [first, behind @ ..] = bytes else { return Err(Stop::Invalid) };
        match *first {
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
            opcode::F64_CONST | opcode::REF_NULL => Ok(self.stack.push(Operand::CONSTANT)?),
            opcode::GLOBAL_GET => Ok(self.stack.push_anywhere(Operand::CONSTANT)?),
            first => {
                let code = unsigned(behind).map_or(u32::MAX, |(code, _)| code);
                self.other(first, code, operator)
            }
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
    fn push_result(&mut self, other: Operand, constant: Operand, test: bool) -> Step {
        self.push_computed(Operand::RESULT.or_constant_if_all(&[other, constant]))?;
        if test {
            self.stack.test_last();
        }
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

    /// `i32.eq` or `i32.ne`: a comparison with zero of what is in a slot, or of such a comparison.
    fn test(&mut self, other: Popped, constant: Operand) -> Step {
        let slot = !other.in_register || other.tested;
        self.push_result(other.operand, constant, constant.may_be_zero() && slot)
    }

    /// The same of an `i64`, which is one only of an extended comparison.
    fn test_long(&mut self, other: Popped, constant: Operand) -> Step {
        let test = constant.may_be_zero() && other.tested;
        self.push_result(other.operand, constant, test)
    }

    /// `i32.xor` with 0 becomes a comparison with zero when it is compared with zero.
    fn xor(&mut self, other: Popped, constant: Operand) -> Step {
        let test = constant.may_be_zero() && !other.in_register;
        self.push_result(other.operand, constant, test)
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
        if value.tested {
            self.stack.test_last();
        }
        Ok(())
    }

    /// An extension without a sign emits nothing.
    fn extend(&mut self) -> Step {
        let Popped { operand, in_register, tested } = self.stack.pop()?;
        if in_register && !operand.may_be_local() {
            self.stack.push_in_register(operand)?;
        } else {
            self.stack.push(operand)?;
        }
        if tested {
            self.stack.test_last();
        }
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

    fn other(&mut self, first: u8, code: u32, operator: &Operator<'_>) -> Step {
        let arity = arity::of(first, code, operator).ok_or(Stop::Invalid)?;
        if first == opcode::F64_PROMOTE_F32 {
            return self.promote();
        }
        let mut constant = arity.takes > 0 && folds(first);
        let mut lowest = Operand::CONSTANT;
        for _ in 0..arity.takes {
            lowest = self.stack.pop()?.operand;
            constant &= lowest.may_be_constant();
        }
        if first == opcode::VECTOR {
            return self.vector(arity.gives, lowest);
        }
        if self.may_be_replaced(first) {
            self.stack.unsettle();
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
    fn may_be_replaced(&self, first: u8) -> bool {
        match first {
            opcode::MISCELLANEOUS | opcode::ATOMIC => true,
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
