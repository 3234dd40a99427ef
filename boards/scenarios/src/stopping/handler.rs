//! What the timer's interrupt does.

use core::sync::atomic::{AtomicU32, Ordering::Relaxed};

use spin::Mutex;
use vellum::InterruptHandle;

/// A guest that is to be stopped.
struct Armed {
    handle: InterruptHandle,
    machine: &'static vellum::Platform,
    /// How many interrupts come before the one that stops it.
    left: u32,
}

static ARMED: Mutex<Option<Armed>> = Mutex::new(None);
/// The time at which the guest was stopped, in nanoseconds, of which the lower half is enough.
static STOPPED: AtomicU32 = AtomicU32::new(0);
/// How many interrupts there were.
static INTERRUPTS: AtomicU32 = AtomicU32::new(0);

/// Lets the interrupt after `left` others stop a guest.
pub(crate) fn arm(handle: InterruptHandle, machine: &'static vellum::Platform, left: u32) {
    *ARMED.lock() = Some(Armed { handle, machine, left });
}

/// Leaves the guest alone.
pub(crate) fn disarm() {
    *ARMED.lock() = None;
}

/// How many interrupts there were.
pub(super) fn interrupts() -> u32 {
    INTERRUPTS.load(Relaxed)
}

/// How many nanoseconds it is since the guest was stopped.
pub(super) fn since_stop(machine: &vellum::Platform) -> u32 {
    let now = machine.now().unwrap_or_default().0 as u32;
    now.wrapping_sub(STOPPED.load(Relaxed))
}

/// Handles the interrupt.
pub(crate) fn handle() {
    INTERRUPTS.fetch_add(1, Relaxed);
    // Not to be had by an interrupt that comes while it is armed.
    let Some(mut armed) = ARMED.try_lock() else { return };
    match &mut *armed {
        None => {}
        Some(Armed { left, .. }) if *left > 0 => *left -= 1,
        Some(Armed { handle, machine, .. }) => {
            if !handle.is_interrupted() {
                STOPPED.store(machine.now().unwrap_or_default().0 as u32, Relaxed);
            }
            handle.interrupt();
        }
    }
}
