//! The compartments that there are, by their addresses.

#![expect(unsafe_code, reason = "compartments are linked by their addresses")]

use core::ptr::{self, NonNull};
use core::sync::atomic::{AtomicPtr, Ordering::Relaxed};

use critical_section::CriticalSection;

use crate::routine::Routine;
use crate::stack::{is_in_handler, probe, stack_pointer};

/// The first compartment, or null. Changed in critical sections alone.
static FIRST: AtomicPtr<Routine> = AtomicPtr::new(ptr::null_mut());

/// The compartment whose bytes include `address`.
fn find(_: CriticalSection<'_>, address: usize) -> Option<&'static Routine> {
    let mut next = FIRST.load(Relaxed);
    // SAFETY: a compartment that is linked is there, and none is unlinked in this critical section.
    while let Some(routine) = unsafe { next.as_ref() } {
        if routine.contains(address) {
            return Some(routine);
        }
        next = routine.next.load(Relaxed);
    }
    None
}

/// The compartment on whose stack the caller runs. It is there for as long as the caller runs.
#[inline]
pub(crate) fn current() -> Option<&'static Routine> {
    if FIRST.load(Relaxed).is_null() || is_in_handler() {
        return None;
    }
    probe();
    at(stack_pointer())
}

/// The compartment of whose heap a block is. It is there for as long as the block.
#[inline]
pub(crate) fn owner(block: *mut u8) -> Option<&'static Routine> {
    if FIRST.load(Relaxed).is_null() {
        return None;
    }
    probe();
    at(block.addr())
}

/// The compartment whose bytes include `address`. It is there for as long as someone runs on its stack.
pub(crate) fn at(address: usize) -> Option<&'static Routine> {
    critical_section::with(|section| find(section, address))
}

/// Adds a compartment.
///
/// # Safety
///
/// It is there until it is removed.
pub(crate) unsafe fn add(routine: NonNull<Routine>) {
    critical_section::with(|_| {
        // SAFETY: as the caller promises.
        let next = unsafe { &routine.as_ref().next };
        next.store(FIRST.load(Relaxed), Relaxed);
        FIRST.store(routine.as_ptr(), Relaxed);
    });
}

/// Removes a compartment.
pub(crate) fn remove(routine: NonNull<Routine>) {
    critical_section::with(|_| {
        let mut link = &FIRST;
        // SAFETY: a compartment that is linked is there.
        while let Some(found) = unsafe { link.load(Relaxed).as_ref() } {
            if ptr::eq(found, routine.as_ptr()) {
                link.store(found.next.load(Relaxed), Relaxed);
                return;
            }
            link = &found.next;
        }
    });
}
