//! Fault 3: an integer store whose address and value are one local variable ends in a panic.
//!
//! There is no code for it where both are in the register, and the offset has more than 16 bits or
//! the memory is not the first one.
//!
//! Combining the value with 0 makes it another one.

use super::{
    super::{assembler::Assembler, opcode},
    operand::Operand,
};

pub(super) const FAULT: &str =
    "prepared module with an unmended store of a local variable at itself";

/// Whether a store is a fault.
pub(super) fn is_fault(memory: u32, offset: u64, address: Operand, value: Operand) -> bool {
    let short = memory == 0 && offset <= u64::from(u16::MAX);
    !short && address.may_be().meets(value.may_be())
}

/// Emits what precedes the store.
pub(super) fn write(assembler: &mut Assembler<'_, '_>, long: bool) {
    if long {
        assembler.i64_const(0);
        assembler.instructions(&[opcode::I64_OR]);
    } else {
        assembler.i32_const(0);
        assembler.instructions(&[opcode::I32_OR]);
    }
}
