//! Fault 6: the parameters of an `if` are taken from registers as the `then` arm left them.
//!
//! That is so where there is no `else`. Where there is one, the registers are put back too late for
//! what the translator asserts of itself, so that a build with debug assertions panics. Local
//! variables below the parameters are read too late, too, as below those of a block.
//!
//! Where an empty block ends, all operands are in slots of the frame.

use super::stack::Stack;

pub(super) const FAULT: &str = "prepared module with an unmended if that has parameters";

/// Whether an `if` is a fault whose parameters are the operands from `base` on.
pub(super) fn is_fault(stack: &Stack, base: usize) -> bool {
    stack.height() > base && !stack.is_settled()
}
