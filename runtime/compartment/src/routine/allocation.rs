//! The heap of a compartment, for who runs on its stack.

#![expect(unsafe_code, reason = "an allocator trusts its caller with addresses")]

use super::Routine;
use crate::error::RunError;
use crate::progress::Phase;
use crate::side::Told;
use crate::stats::HeapStats;
use core::alloc::Layout;
use core::ptr::NonNull;
use core::sync::atomic::{Ordering::SeqCst, compiler_fence};

impl Routine {
    pub(crate) fn heap_stats(&self) -> HeapStats {
        critical_section::with(|section| self.arena.borrow_ref(section).stats())
    }

    /// Gives a block of the compartment's heap to who runs on its stack, or leaves that for ever.
    pub(crate) fn allocate(&self, layout: Layout) -> NonNull<u8> {
        self.before_allocation();
        let block =
            critical_section::with(|section| self.arena.borrow_ref_mut(section).allocate(layout));
        block.unwrap_or_else(|| self.fail_for_heap(layout.size()))
    }

    /// # Safety
    ///
    /// As for [`Arena::deallocate`](crate::arena::Arena::deallocate).
    pub(crate) unsafe fn deallocate(&self, block: NonNull<u8>, layout: Layout) {
        critical_section::with(|section| {
            // What an overrun stack has left of an abandoned heap is not to be touched.
            if self.progress.phase() != Phase::Abandoned {
                let mut arena = self.arena.borrow_ref_mut(section);
                // SAFETY: as the caller promises.
                unsafe { arena.deallocate(block, layout) };
            }
        });
    }

    /// # Safety
    ///
    /// As for [`Arena::reallocate`](crate::arena::Arena::reallocate).
    pub(crate) unsafe fn reallocate(
        &self,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Option<NonNull<u8>> {
        critical_section::with(|section| {
            if self.progress.phase() == Phase::Abandoned {
                return None;
            }
            let mut arena = self.arena.borrow_ref_mut(section);
            // SAFETY: as the caller promises.
            unsafe { arena.reallocate(block, old, new) }
        })
    }

    /// Leaves the compartment's stack for ever if its end is reached, and for a while if it is time to.
    pub(crate) fn before_allocation(&self) {
        self.check_stack();
        match self.until_pause.get() {
            0 => {}
            1 => drop(self.suspend(Told::Paused)),
            left => self.until_pause.set(left - 1),
        }
    }

    /// Has the job at hand give way no more.
    pub(crate) fn stay(&self) {
        self.until_pause.set(0);
        // A handler looks at it.
        compiler_fence(SeqCst);
    }

    /// Leaves the compartment's stack for ever, for want of a block of so many bytes.
    #[cold]
    pub(crate) fn fail_for_heap(&self, needed: usize) -> ! {
        let largest = self.heap_stats().largest;
        self.fail(RunError::OutOfHeap { needed, largest })
    }
}
