//! Fault 6: where an `if` with parameters has no `else`, the parameters are taken from the registers
//! as the `then` arm left them.
//!
//! An empty `else` means the same and is translated rightly.

use super::frame::{Frame, Kind};

pub(super) const FAULT: &str =
    "prepared module with an unmended if that has parameters and no else";

/// Whether the end of a block is a fault.
pub(super) fn is_fault(frame: &Frame) -> bool {
    frame.kind == Kind::If && frame.ty.parameters.count > 0
}
