//! The critical section of two cores: interrupts are off, and the other core waits.

#![expect(unsafe_code, reason = "a critical section is an unsafe trait")]

use core::{
    hint,
    sync::atomic::{AtomicU8, Ordering::*},
};

use cortex_m::{interrupt, register::primask};
use critical_section::RawRestoreState;

/// The core in the critical section, counted from 1, or 0.
static OWNER: AtomicU8 = AtomicU8::new(0);

/// What to do at the end of a section.
const NOTHING: RawRestoreState = 0;
const LEAVE: RawRestoreState = 1;
const LEAVE_AND_ENABLE: RawRestoreState = 2;

struct TwoCores;
critical_section::set_impl!(TwoCores);

fn this_core() -> u8 {
    super::current() as u8 + 1
}

// SAFETY: from the outermost `acquire` to its `release`, `OWNER` names the one core that is within,
// whose interrupts are off: nothing else on it runs, and the other core can't set `OWNER`.
unsafe impl critical_section::Impl for TwoCores {
    unsafe fn acquire() -> RawRestoreState {
        let enabled = primask::read().is_active();
        interrupt::disable();
        let core = this_core();
        // Only this core writes its own number, and its interrupts are off.
        if OWNER.load(Relaxed) == core {
            return NOTHING;
        }
        while OWNER.compare_exchange_weak(0, core, Acquire, Relaxed).is_err() {
            hint::spin_loop();
        }
        if enabled { LEAVE_AND_ENABLE } else { LEAVE }
    }

    unsafe fn release(state: RawRestoreState) {
        if state == NOTHING {
            return;
        }
        OWNER.store(0, Release);
        if state == LEAVE_AND_ENABLE {
            // SAFETY: they were enabled when the section began, which ends here.
            unsafe { interrupt::enable() };
        }
    }
}

/// Leaves the section if this core is in it, which must never go on with what it did there.
pub(super) fn abandon() {
    // Fails when the other core or none is within.
    let _ = OWNER.compare_exchange(this_core(), 0, Release, Relaxed);
}
