//! Fault 4: a local variable below the parameters of a block is read too late.
//!
//! Local variables on the stack are copied where a block begins, because they may change in it. Of
//! those below the parameters, one is left out for each parameter that is no local variable itself.
//!
//! Where an empty block ends, all operands have been copied.

use super::stack::Stack;

pub(super) const FAULT: &str =
    "prepared module with an unmended block whose parameters are above a local variable";

/// Whether a block or an `if` is a fault whose parameters are the operands from `base` on.
pub(super) fn is_fault(stack: &Stack, base: usize) -> bool {
    let parameters = stack.height() - base;
    parameters > 0 && stack.locals_from(base) < parameters && stack.may_be_local_below(base)
}
