//! A compartment, from outside.

#![expect(unsafe_code, reason = "gives parts of a buffer to a heap and a stack")]

use alloc::boxed::Box;
use core::fmt;
use core::ptr::NonNull;

use vellum_memory::BufferLease;

use crate::arena::Arena;
use crate::error::{CompartmentError, OutsideError, RunError};
use crate::job::{Call, Job};
use crate::registry;
use crate::routine::Routine;
use crate::stack::{self, Bounds, stack_pointer};
use crate::stats::{CompartmentStats, HeapStats};

/// Bytes that the smallest heap has.
const SMALLEST_HEAP: usize = 1024;

/// A heap and a native stack of its own, in one buffer, for code that may run out of either.
///
/// The stack is at the end of the buffer, so that it grows towards the compartment's own heap.
///
/// ```
/// use std::alloc::System;
/// use vellum_compartment::{Compartment, Heap, RunError};
/// use vellum_memory::StaticBuffer;
///
/// #[global_allocator]
/// static HEAP: Heap<System> = Heap::new(System);
///
/// static BYTES: StaticBuffer<[u8; 128 * 1024]> = StaticBuffer::new();
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let compartment = Compartment::new(BYTES.take()?, 64 * 1024)?;
/// // SAFETY: nothing that is allocated inside is given away.
/// let length = unsafe { compartment.run(|| vec![0u8; 1024].len()) };
/// assert_eq!(length, Ok(1024));
///
/// // SAFETY: as above.
/// let endless = unsafe { compartment.run(|| vec![0u8; 1024 * 1024].len()) };
/// assert!(matches!(endless, Err(RunError::OutOfHeap { needed: 1048576, .. })));
/// // SAFETY: as above.
/// assert_eq!(unsafe { compartment.run(|| ()) }, Err(RunError::Abandoned));
///
/// drop(compartment);
/// Compartment::new(BYTES.take()?, 64 * 1024)?;
/// # Ok(())
/// # }
/// ```
pub struct Compartment {
    routine: NonNull<Routine>,
    _bytes: BufferLease,
}

// SAFETY: the state of a compartment changes in critical sections; its stack and what lies on it is
// reached by one context at a time. What it runs is sent to whichever context enters next only where
// that one waits for it: a job ends before its caller goes on.
unsafe impl Send for Compartment {}

// SAFETY: as above.
unsafe impl Sync for Compartment {}

impl Compartment {
    /// Makes a compartment of a buffer, `stack` bytes of which are its native stack.
    ///
    /// The rest is its heap, but for about 1,300 bytes with which it is managed.
    ///
    /// # Errors
    ///
    /// [`CompartmentError::TooSmall`] and [`CompartmentError::StackTooSmall`] where there are too few
    /// bytes, [`CompartmentError::GlobalAllocator`] where the program's global allocator is not a
    /// [`Heap`](crate::Heap), so that allocations would not come from the compartment's.
    pub fn new(mut bytes: BufferLease, stack: usize) -> Result<Self, CompartmentError> {
        if stack < stack::SMALLEST {
            return Err(CompartmentError::StackTooSmall { needed: stack::SMALLEST });
        }
        let routine_bytes = size_of::<Routine>() + 2 * align_of::<Routine>();
        let beside = routine_bytes + stack::EXTRA + SMALLEST_HEAP;
        let needed = stack.saturating_add(beside);
        if bytes.len() < needed {
            return Err(CompartmentError::TooSmall { needed });
        }
        let all = NonNull::from(&mut *bytes);
        let first: NonNull<u8> = all.cast();
        let skipped = first.align_offset(align_of::<Routine>());
        // SAFETY: the buffer is longer than that.
        let routine = unsafe { first.add(skipped) }.cast::<Routine>();
        // SAFETY: as above.
        let heap = unsafe { routine.add(1) };
        // SAFETY: the lease is kept for as long as the compartment, and nothing else reaches its bytes.
        let bounds = unsafe { Bounds::at_end_of(all, stack) };
        let length = bounds.start() - heap.addr().get();
        let heap = NonNull::slice_from_raw_parts(heap.cast(), length);
        // SAFETY: as above; the bytes lie between those of the routine and of the stack.
        let arena = unsafe { Arena::new(heap) };
        // SAFETY: it goes there now, and the lease is kept for as long as the compartment.
        let made = unsafe { Routine::new(routine, first.addr().get(), bounds, arena) };
        // SAFETY: the bytes are long enough, aligned, and nobody else's.
        unsafe { routine.write(made) };
        // SAFETY: it is removed when the compartment is dropped.
        unsafe { registry::add(routine) };
        let compartment = Self { routine, _bytes: bytes };
        match compartment.has_the_allocator() {
            Ok(true) => Ok(compartment),
            Ok(false) => Err(CompartmentError::GlobalAllocator),
            Err(_) => Err(CompartmentError::TooSmall { needed: needed + SMALLEST_HEAP }),
        }
    }

    /// Whether what is allocated inside comes from the compartment's heap.
    fn has_the_allocator(&self) -> Result<bool, RunError> {
        if cfg!(miri) {
            return Ok(true);
        }
        let allocate = || self.routine().contains((&raw const *Box::new(0usize)).addr());
        // SAFETY: the box is dropped inside.
        unsafe { self.run(allocate) }
    }

    pub(crate) fn routine(&self) -> &Routine {
        // SAFETY: it was written when the compartment was made, and is there for as long.
        unsafe { self.routine.as_ref() }
    }

    /// Runs `f` on the compartment's stack; what it allocates comes from the compartment's heap.
    ///
    /// Inside the compartment it is a plain call. What `f` owns when it can't go on is never dropped: it
    /// should own nothing, and borrow.
    ///
    /// # Errors
    ///
    /// [`RunError::OutOfHeap`] and [`RunError::StackOverflow`] where `f` could not go on: the
    /// compartment is abandoned then. [`RunError::Abandoned`] where it was before, or by what `f` has
    /// run [`outside`]; [`RunError::InUse`] while another context is inside.
    ///
    /// # Safety
    ///
    /// - What is allocated inside is not used after the compartment is dropped.
    /// - What `f` locks, or may be changing, is not used after the compartment is abandoned.
    pub unsafe fn run<R>(&self, f: impl FnOnce() -> R) -> Result<R, RunError> {
        // SAFETY: as the caller promises.
        unsafe { Self::run_in(Some(self), f) }
    }

    /// As [`Compartment::run`], where there may be a compartment or none: then it is a plain call.
    ///
    /// # Errors
    ///
    /// As for [`Compartment::run`].
    ///
    /// # Safety
    ///
    /// As for [`Compartment::run`].
    pub unsafe fn run_in<R>(
        compartment: Option<&Self>,
        f: impl FnOnce() -> R,
    ) -> Result<R, RunError> {
        let mut call = Call::new(f);
        // SAFETY: the call lives.
        unsafe { Self::run_job(compartment, call.job()) }?;
        call.take_result().ok_or(RunError::Abandoned)
    }

    /// Whether something can be run: not when the compartment is abandoned, and not when what runs in it
    /// has given way.
    ///
    /// # Errors
    ///
    /// [`RunError::Abandoned`] and [`RunError::InUse`].
    pub fn check(&self) -> Result<(), RunError> {
        self.routine().check()
    }

    /// # Safety
    ///
    /// The job's call lives.
    unsafe fn run_job(compartment: Option<&Self>, job: Job) -> Result<(), RunError> {
        let elsewhere = compartment.map(Self::routine);
        match elsewhere.filter(|routine| !routine.contains(stack_pointer())) {
            // SAFETY: the call lives, and this is not the compartment's stack.
            Some(routine) => unsafe { routine.run(job) },
            None => {
                // SAFETY: the call lives.
                unsafe { job.run() };
                Ok(())
            }
        }
    }

    /// The error that [`try_outside`] has kept last, if it is of type `E`.
    pub fn take_kept<E: 'static>(&self) -> Option<E> {
        Some(*self.routine().keep(None)?.downcast().ok()?)
    }

    /// Whether the end of the stack has a guard, without which [`give_way`](crate::give_way()) takes effect only
    /// once something that was sent [outside] has ended.
    pub fn has_guard(&self) -> bool {
        self.routine().has_guard()
    }

    /// Whether nothing can run in the compartment any more.
    pub fn is_abandoned(&self) -> bool {
        self.check() == Err(RunError::Abandoned)
    }

    /// What the compartment holds and has held. It goes through all blocks of the heap in a critical
    /// section, and through the stack up to what was used.
    pub fn stats(&self) -> CompartmentStats {
        self.routine().stats()
    }
}

impl fmt::Debug for Compartment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut compartment = f.debug_struct("Compartment");
        compartment.field("is_abandoned", &self.is_abandoned()).finish_non_exhaustive()
    }
}

impl Drop for Compartment {
    fn drop(&mut self) {
        drop(self.routine().keep(None));
        self.routine().unguard();
        registry::remove(self.routine);
    }
}

/// Runs `f` on the stack from which the caller's compartment was entered; what it allocates comes from
/// the heap that is in force there. Outside of any compartment it is a plain call.
///
/// `f` may enter the compartment again. If that abandons it, this call never returns.
pub fn outside<R>(f: impl FnOnce() -> R) -> R {
    let mut call = Call::new(f);
    // SAFETY: the call lives.
    unsafe { outside_job(call.job()) };
    match call.take_result() {
        Some(result) => result,
        None => unreachable!("the job was run"),
    }
}

/// # Safety
///
/// The job's call lives.
unsafe fn outside_job(job: Job) {
    match registry::current() {
        // SAFETY: the call lives, and the caller runs on its stack.
        Some(routine) => unsafe { routine.outside(job) },
        // SAFETY: the call lives.
        None => unsafe { job.run() },
    }
}

/// As [`outside`], for what may fail. Inside a compartment the error does not go to a stack that may be
/// abandoned: the compartment keeps it, until [`Compartment::take_kept`] or until it is dropped.
pub fn try_outside<R, E: Send + 'static>(
    f: impl FnOnce() -> Result<R, E>,
) -> Result<R, OutsideError<E>> {
    let inside = registry::current();
    outside(|| {
        f().map_err(|error| match inside {
            None => OutsideError::Returned(error),
            Some(routine) => {
                // The former one goes, if nobody has asked for it.
                drop(routine.keep(Some(Box::new(error))));
                OutsideError::Kept
            }
        })
    })
}

/// What the heap holds of the compartment on whose stack the caller runs, if it runs on one. As
/// [`Compartment::stats`].
pub fn heap_stats() -> Option<HeapStats> {
    Some(registry::current()?.heap_stats())
}
