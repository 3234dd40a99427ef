//! Following instructions that neither branch nor call.

use super::super::opcode;
use super::{
    frame::Certainty,
    operand::{CONSTANT, LOCAL, NOT_ZERO, Operand, REGISTER, SLOT},
    value::Value,
    walk::Walk,
};

/// Bytes of an instruction's code.
pub(super) const CODE: u32 = 2;
/// Bytes of the index of a global, a table or a function.
const INDEX: u32 = 4;
/// Bytes of the index of a memory.
pub(super) const MEMORY: u32 = 2;
/// Of constants that no arithmetic has which looks at the value.
const ANY: u16 = NOT_ZERO;
/// Bytes of a trap.
const TRAP: u32 = 3;

impl Walk<'_, '_> {
    pub(super) fn plain(&mut self) -> Option<()> {
        use Value::{F32, F64, I32, Reference};
        match self.instruction.opcode {
            opcode::SELECT_TYPED => self.select(),
            opcode::TABLE_GET => {
                let index = self.operands.pop_seldom();
                self.result(Reference, CODE + INDEX + index.argument());
            }
            opcode::TABLE_SET => {
                let value = self.operands.pop_seldom();
                let index = self.operands.pop_seldom();
                self.emit(CODE + INDEX + value.argument() + index.argument());
            }
            opcode::MEMORY_SIZE => self.result(I32, CODE + MEMORY),
            opcode::MEMORY_GROW => self.in_slots(1, CODE + MEMORY, Some(I32)),
            opcode::F32_CONST | opcode::F64_CONST | opcode::REF_NULL => {
                let ty = match self.instruction.opcode {
                    opcode::F32_CONST => F32,
                    opcode::F64_CONST => F64,
                    _ => Reference,
                };
                self.constant(ty, ANY);
            }
            opcode::REF_FUNC => self.result(Reference, CODE + INDEX),
            opcode::REF_IS_NULL => self.is_zero(),
            opcode::MISCELLANEOUS => return self.miscellaneous(),
            _ => return None,
        }
        Some(())
    }

    fn miscellaneous(&mut self) -> Option<()> {
        use Value::{I32, I64};
        match self.instruction.code {
            0..=3 => self.unary(I32, false),
            4..=7 => self.unary(I64, false),
            8 => self.in_slots(3, CODE + MEMORY + INDEX, None),
            9 | 13 => self.emit(CODE + INDEX),
            10 => self.in_slots(3, CODE + 2 * MEMORY, None),
            11 => self.in_slots(3, CODE + MEMORY, None),
            12 | 14 => self.in_slots(3, CODE + 2 * INDEX, None),
            15 => self.in_slots(2, CODE + INDEX, Some(I32)),
            16 => self.result(I32, CODE + INDEX),
            17 => self.in_slots(3, CODE + INDEX, None),
            _ => return None,
        }
        Some(())
    }

    /// Pushes an operand again that was popped last.
    pub(super) fn push_back(&mut self, operand: Operand) {
        let cost = match operand.places {
            REGISTER => return self.result(operand.ty, 0),
            LOCAL => self.operands.push_certain_local(operand),
            SLOT | CONSTANT => self.operands.push_fixed(operand),
            places => self.operands.push_open(places, operand.ty),
        };
        self.emit(cost);
    }

    pub(super) fn drop(&mut self) {
        self.operands.pop_seldom();
        self.compared = false;
    }

    /// An instruction of so many bytes whose result is in a register.
    #[inline(never)]
    pub(super) fn result(&mut self, ty: Value, bytes: u32) {
        let preserved = self.operands.push_register(ty);
        self.emit(bytes + preserved);
    }

    /// Pushes a result that may be at any of these places.
    fn open_result(&mut self, places: u8, ty: Value, bytes: u32) {
        let cost = self.operands.push_open(places, ty);
        self.emit(bytes.saturating_add(cost));
    }

    pub(super) fn constant(&mut self, ty: Value, value: u16) {
        let cost = self.operands.push_fixed(Operand::constant(ty, value));
        self.emit(cost);
    }

    /// A constant that is computed when code is translated, if it does not trap.
    fn computed(&mut self, ty: Value) {
        let cost = self.operands.push_fixed(Operand::new(CONSTANT, ty));
        self.emit(cost);
    }

    pub(super) fn unary(&mut self, ty: Value, traps: bool) {
        let operand = self.operands.pop();
        if operand.is(CONSTANT) {
            self.computed(ty);
            self.may_trap(traps);
        } else if operand.may_be(CONSTANT) {
            self.open_result(REGISTER | CONSTANT, ty, CODE + 2);
            self.may_trap(traps);
        } else {
            self.result(ty, CODE + operand.argument());
        }
    }

    /// What follows may not be reached.
    fn may_trap(&mut self, traps: bool) {
        if traps {
            self.emit(TRAP);
            self.reachable = self.reachable.min(Certainty::Maybe);
        }
    }

    pub(super) fn binary(&mut self, ty: Value, compares: bool) {
        let [left, right] = self.operands.pop_two();
        if left.is(CONSTANT) && right.is(CONSTANT) {
            return self.computed(ty);
        }
        let bytes = CODE + left.argument() + right.argument();
        if left.may_be(CONSTANT) && right.may_be(CONSTANT) {
            return self.open_result(REGISTER | CONSTANT, ty, bytes);
        }
        self.result(ty, bytes);
        self.compared = compares;
    }

    /// A local variable in a register that is added to itself is multiplied by a constant.
    pub(super) fn add(&mut self) {
        let (right, left) = (self.operands.peek(0), self.operands.peek(1));
        self.binary(Value::I64, false);
        if left.may_be_same_local(right) {
            const MORE: u32 = 4;
            self.emit(MORE);
        }
    }

    pub(super) fn divide(&mut self, ty: Value) {
        let divisor = self.operands.peek(0);
        let traps = divisor.may_be(CONSTANT)
            && (!divisor.is_nonzero() || self.operands.peek(1).may_be(CONSTANT));
        self.binary(ty, false);
        self.may_trap(traps);
    }

    /// A shift by a constant that shifts nothing leaves its operand as it is.
    pub(super) fn shift(&mut self, ty: Value) {
        let bits = if ty == Value::I64 { 0x3f } else { 0x1f };
        let amount = self.operands.peek(0);
        if !amount.may_be(CONSTANT) {
            return self.binary(ty, false);
        }
        let value = self.operands.peek(1);
        if value.is(CONSTANT) && amount.is(CONSTANT) {
            return self.binary(ty, false);
        }
        self.operands.pop_seldom();
        self.operands.pop_seldom();
        let amount_bytes = if amount.is(CONSTANT) { 1 } else { 2 };
        let bytes = CODE + value.argument() + amount_bytes;
        if amount.is_nonzero_in(bits) && !value.may_be(CONSTANT) {
            self.result(ty, bytes);
        } else {
            self.open_result(value.places | REGISTER, ty, bytes);
        }
    }

    pub(super) fn is_zero(&mut self) {
        let operand = self.operands.pop();
        let ty = Value::I32;
        if operand.is(CONSTANT) {
            self.computed(ty);
        } else if operand.may_be(CONSTANT) {
            self.open_result(REGISTER | CONSTANT, ty, CODE + operand.argument() + 8);
        } else if operand.is(REGISTER) && self.compared {
            self.result(ty, 0);
            self.compared = true;
        } else {
            self.result(ty, CODE + operand.argument() + operand.ty.constant());
            self.compared = true;
        }
    }

    /// An extension without a sign emits nothing.
    pub(super) fn extend(&mut self) {
        let operand = self.operands.pop_seldom();
        let compared = self.compared;
        self.push_back(Operand { ty: Value::I64, ..operand });
        self.compared = compared;
    }

    pub(super) fn reinterpret(&mut self, ty: Value) {
        let operand = self.operands.pop_seldom();
        match operand.places {
            REGISTER => self.result(ty, CODE),
            SLOT | CONSTANT => {
                self.push_back(Operand::new(operand.places, ty));
            }
            // A local variable may be in a register, too.
            places => self.open_result(places | REGISTER, ty, CODE),
        }
    }

    pub(super) fn select(&mut self) {
        let condition = self.operands.pop_seldom();
        let or_else = self.operands.pop_seldom();
        let then = self.operands.pop_seldom();
        let certain = then.is(LOCAL) && or_else.is(LOCAL);
        if certain && then.detail == or_else.detail {
            return self.push_back(then);
        }
        let bytes = CODE + condition.argument() + then.argument() + or_else.argument();
        let same = then.places & or_else.places & (LOCAL | CONSTANT);
        if !certain && same != 0 {
            let bytes = bytes.max(then.to_register()).max(or_else.to_register());
            return self.open_result(then.places | or_else.places | REGISTER, then.ty, bytes);
        }
        if condition.may_be(CONSTANT) {
            let copied = then.to_register().max(or_else.to_register());
            let bytes = if condition.is(CONSTANT) { copied } else { bytes.max(copied) };
            return self.result(then.ty, bytes);
        }
        self.result(then.ty, bytes);
    }

    pub(super) fn global_set(&mut self) {
        let value = self.operands.pop_seldom();
        self.emit(CODE + INDEX + value.argument());
    }

    pub(super) fn global_get(&mut self, index: u32) {
        let global = self.facts.global(index);
        if global.is_constant {
            self.open_result(REGISTER | CONSTANT, global.ty, CODE + INDEX);
        } else {
            self.result(global.ty, CODE + INDEX);
        }
    }

    /// An instruction of so many bytes, operands apart, whose operands are all in slots.
    fn in_slots(&mut self, operands: u32, bytes: u32, result: Option<Value>) {
        const SLOT_ARGUMENT: u32 = 2;
        let mut bytes = bytes + operands * SLOT_ARGUMENT;
        for _ in 0..operands {
            bytes += self.operands.pop_seldom().to_slot();
        }
        match result {
            Some(ty) => self.result(ty, bytes),
            None => self.emit(bytes),
        }
    }
}
