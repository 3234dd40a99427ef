//! What the module pass mends of `f64.promote_f32`, and what is wrong without it.

use core::hint::black_box;

/// Whether the processor's or the compiler's promotion, which the interpreter uses as it is, leaves a
/// signalling NaN signalling. Once it does not, the pass need not mend it.
pub(super) fn keeps_signalling() -> bool {
    const SIGNALLING: u32 = 0x7fa0_0000;
    const QUIET: u64 = 1 << 51;
    let promoted = f64::from(black_box(f32::from_bits(black_box(SIGNALLING))));
    promoted.is_nan() && promoted.to_bits() & QUIET == 0
}
