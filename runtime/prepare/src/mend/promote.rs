//! Fault 8: `f64.promote_f32` keeps a signalling NaN signalling where the conversion is software.
//!
//! Results of arithmetic never signal: the operand is multiplied by 1, which changes nothing else,
//! unless it is such a result.

use super::{
    super::{assembler::Assembler, opcode},
    operand::Operand,
};

pub(super) const FAULT: &str = "prepared module with an unmended f64.promote_f32";

/// Whether the promotion of an operand is a fault.
pub(super) fn is_fault(operand: Operand) -> bool {
    !operand.is_quiet()
}

/// The constant of these bits.
pub(super) const fn constant(bits: u32) -> Operand {
    const INFINITY: u32 = 0x7f80_0000;
    const QUIET: u32 = 0x0040_0000;
    let signals = bits & i32::MAX.cast_unsigned() > INFINITY && bits & QUIET == 0;
    if signals { Operand::CONSTANT } else { Operand::CONSTANT.quiet() }
}

/// Emits what precedes the promotion.
pub(super) fn write(assembler: &mut Assembler<'_, '_>) {
    assembler.f32_const(1.0);
    assembler.instructions(&[opcode::F32_MUL]);
}
