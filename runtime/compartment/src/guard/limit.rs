//! The processor's stack limit.

#![expect(unsafe_code, reason = "sets the limit of a stack pointer")]

use cortex_m::peripheral::SCB;
use cortex_m::register::psplim;

/// Bytes below a stack that are the guard's.
pub(crate) const BYTES: usize = 0;
/// How the end of a stack is aligned.
pub(crate) const ALIGNMENT: usize = 16;

/// The usage fault.
const USAGE: u32 = 1 << 18;
/// In the fault status: the stack pointer would have passed its limit.
const OVERFLOW: u32 = 1 << 20;

/// Whether there is a guard.
pub(crate) fn start() -> bool {
    true
}

/// Guards the process stack, whose end is at `limit`.
#[inline]
pub(crate) fn enter(limit: usize) {
    super::faults::enable(USAGE);
    // SAFETY: the process stack is not in use, and its next pointer lies above.
    unsafe { psplim::write(limit as u32) };
}

/// No process stack is in use any more.
pub(crate) fn leave() {
    // SAFETY: the process stack is not in use.
    unsafe { psplim::write(0) };
}

/// The end of the process stack that is in use.
pub(crate) fn current() -> usize {
    psplim::read() as usize
}

/// Whether the fault that came is an overflow of the process stack. Then it is settled.
pub(crate) fn settle(_: usize, _: usize) -> bool {
    // SAFETY: the registers are there.
    let scb = unsafe { &*SCB::PTR };
    let status = scb.cfsr.read();
    if status & OVERFLOW != 0 {
        // SAFETY: clears the one bit by writing a one.
        unsafe { scb.cfsr.write(OVERFLOW) };
    }
    status & OVERFLOW != 0
}

/// The stack with this end is used no more.
pub(crate) fn remove(_: usize) {}

/// Runs `f`, which takes a stack that the limit in force is not for.
pub(crate) fn without<R>(f: impl FnOnce() -> R) -> R {
    let own = psplim::read();
    leave();
    let result = f();
    // SAFETY: the stack that it is for is in use again.
    unsafe { psplim::write(own) };
    result
}
