//! Fault 1: the caller's frame is lost by a tail call of the host.
//!
//! When a function without parameters and results that the host has is tail-called, and the frame of
//! the function that did it begins where the one of its caller does, the caller goes on with its
//! frame at an invalid address, and writes there. The two begin at one place when the caller has
//! neither parameters nor local variables, and no operand below those of the call. A caller that
//! ends then uses its frame no more.
//!
//! A local variable more moves the frames apart. Tail calls stay what they are.

use super::super::scratch::{Class, Scratch};

pub(super) const FAULT: &str =
    "prepared module with an unmended call of what may tail-call the host";

/// The local variable.
pub(super) fn scratch() -> Scratch {
    let mut scratch = Scratch::default();
    scratch.take(Class::I32);
    scratch
}
