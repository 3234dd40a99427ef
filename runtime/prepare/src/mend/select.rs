//! Fault 2: `select` by a comparison with zero takes the condition from a register that is stale.
//!
//! Where the condition is `i32.eqz`, `i32.eq` or `i32.ne` with 0, or what comes to it, the comparison
//! is left out, and its operand becomes the condition. It is looked for in the register although it
//! is in a slot of the frame.
//!
//! A constant that is dropped makes the comparison stay.

use super::super::{assembler::Assembler, opcode};

pub(super) const FAULT: &str = "prepared module with an unmended select by a comparison with zero";

/// Emits what precedes the `select`.
pub(super) fn write(assembler: &mut Assembler<'_, '_>) {
    assembler.i32_const(0);
    assembler.instructions(&[opcode::DROP]);
}
