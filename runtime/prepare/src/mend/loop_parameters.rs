//! Fault 5: a local variable below the parameters of a loop is copied from a register that has been
//! overwritten.
//!
//! The parameters are moved where the loop expects them, one of them into the register, before local
//! variables on the stack are copied.
//!
//! Where an empty block ends, all operands have been copied.

use super::stack::Stack;

pub(super) const FAULT: &str =
    "prepared module with an unmended loop whose parameters are above a local variable";

/// Whether a loop is a fault whose parameters are the operands from `base` on.
pub(super) fn is_fault(stack: &Stack, base: usize) -> bool {
    stack.height() > base && stack.may_be_local_below(base)
}
