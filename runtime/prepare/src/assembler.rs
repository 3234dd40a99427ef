//! Writing instructions in place of one of the module's.

use super::{host_table::Target, opcode, output::Output};
use core::ops::Range;

/// Emits instructions that all stand for one instruction of the input.
pub(super) struct Assembler<'o, 'a> {
    pub(super) out: &'o mut Output<'a>,
    /// Where the instruction is that they stand for.
    pub(super) origin: usize,
    /// Where it ends.
    pub(super) end: usize,
}

impl Assembler<'_, '_> {
    /// The instruction itself.
    pub(super) fn keep(&mut self) {
        self.out.copy(self.origin..self.end);
    }

    /// Instructions without immediates.
    pub(super) fn instructions(&mut self, opcodes: &[u8]) {
        self.out.put(opcodes, self.origin);
    }

    /// A number behind an instruction.
    pub(super) fn immediate(&mut self, number: u32) {
        self.out.leb(number, self.origin);
    }

    /// An instruction whose immediate is a number: a local variable, a label.
    pub(super) fn local(&mut self, opcode: u8, index: u32) {
        self.instructions(&[opcode]);
        self.immediate(index);
    }

    pub(super) fn i32_const(&mut self, value: i32) {
        self.instructions(&[opcode::I32_CONST]);
        self.out.signed(value, self.origin);
    }

    pub(super) fn f32_const(&mut self, value: f32) {
        self.instructions(&[opcode::F32_CONST]);
        self.instructions(&value.to_bits().to_le_bytes());
    }

    pub(super) fn i64_const(&mut self, value: i64) {
        self.instructions(&[opcode::I64_CONST]);
        self.out.signed(value, self.origin);
    }

    /// An access to memory with the immediates of the input's instruction.
    pub(super) fn access(&mut self, opcode: u8, immediates: Range<usize>) {
        self.instructions(&[opcode]);
        self.out.copy(immediates);
    }

    /// A call of a helper, whose operands are on the stack.
    pub(super) fn call(&mut self, target: Target) {
        self.i32_const(target.slot.cast_signed());
        self.instructions(&[opcode::CALL_INDIRECT]);
        self.out.leb(target.ty, self.origin);
        self.out.leb(target.table, self.origin);
    }
}
