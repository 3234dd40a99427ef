//! Faults that come to handlers of their own.

#![expect(unsafe_code, reason = "changes which faults have handlers")]

use cortex_m::peripheral::SCB;

/// Lets these come to handlers of their own on this core, which the processor does not by itself.
#[inline]
pub(super) fn enable(faults: u32) {
    // SAFETY: the registers are there.
    let scb = unsafe { &*SCB::PTR };
    if scb.shcsr.read() & faults != faults {
        critical_section::with(|_| {
            // SAFETY: nobody else changes it in this section. A handler makes a hard fault of what is no
            // overflow.
            unsafe { scb.shcsr.modify(|enabled| enabled | faults) };
        });
    }
}
