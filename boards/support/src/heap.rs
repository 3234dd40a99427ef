//! The heap: an allocator over all RAM that statics and stack leave, with exact accounts.

#![expect(unsafe_code, reason = "a global allocator is an unsafe trait over raw memory")]

use core::{
    alloc::{GlobalAlloc, Layout},
    cell::RefCell,
    ptr::{self, NonNull},
    slice,
};

use critical_section::Mutex;

use crate::{
    allocator::{Allocator, Resized},
    cores,
};

#[cfg(not(feature = "compartments"))]
#[global_allocator]
static HEAP: Heap = Heap::new();

#[cfg(all(feature = "compartments", not(feature = "tests")))]
#[global_allocator]
static HEAP: vellum::Heap<Heap> = vellum::Heap::new(Heap::new());

#[cfg(all(feature = "compartments", feature = "tests"))]
#[global_allocator]
static HEAP: vellum_scenarios::compartments::failing::Failing<Heap> =
    vellum_scenarios::compartments::failing::Failing::new(Heap::new(), crate::failing::fails);

/// The firmware's heap, beside which guests may have one of their own.
fn firmware() -> &'static Heap {
    #[cfg(feature = "compartments")]
    let heap = HEAP.program();
    #[cfg(not(feature = "compartments"))]
    let heap = &HEAP;
    heap
}

/// What the heap holds and has held, in bytes as asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeapFigures {
    /// Bytes in use now.
    pub used: usize,
    /// Most bytes in use at once since [`restart_figures`].
    pub peak: usize,
    /// What that would have been if no block had grown where it was.
    pub peak_if_moved: usize,
    /// Allocations and reallocations since [`restart_figures`].
    pub allocations: usize,
    /// Bytes that are free, all free blocks together.
    pub free: usize,
    /// Bytes of the largest free block.
    pub largest: usize,
}

struct Heap(Mutex<RefCell<HeapState>>);

impl Heap {
    const fn new() -> Self {
        Self(Mutex::new(RefCell::new(HeapState {
            allocator: Allocator::new(),
            used: 0,
            peak: 0,
            peak_if_moved: 0,
            highest: 0,
            allocations: 0,
            limit: usize::MAX,
            refused: [None; cores::COUNT],
        })))
    }
}

struct HeapState {
    allocator: Allocator,
    used: usize,
    peak: usize,
    peak_if_moved: usize,
    /// The highest of all peaks since the start.
    highest: usize,
    allocations: usize,
    /// Bytes that may be in use at once.
    limit: usize,
    /// Size of each core's last allocation, if it failed.
    refused: [Option<usize>; cores::COUNT],
}

/// Gives the heap all RAM from the end of the statics to the end of RAM.
///
/// Called again it does nothing.
pub(crate) fn start() {
    unsafe extern "C" {
        static mut __sheap: u8;
        static mut _ram_end: u8;
    }
    let start = &raw mut __sheap;
    let length = (&raw mut _ram_end).addr() - start.addr();
    let Some(start) = NonNull::new(start) else { return };
    let region = NonNull::slice_from_raw_parts(start, length);
    // SAFETY: the linker script puts nothing between `__sheap` and `_ram_end`, and the block is there for
    // ever.
    with(|inner| unsafe { inner.allocator.start(region) });
}

/// What bytes for pages are aligned to.
const PAGES: usize = 16;

/// Takes bytes out of the heap's region, all zero, which don't count as used.
pub(crate) fn take(bytes: usize) -> Option<&'static mut [u8]> {
    let layout = Layout::from_size_align(bytes, PAGES).ok()?;
    let block = with(|inner| inner.allocator.allocate_pages(layout))?;
    // SAFETY: the block has so many bytes, which are nobody else's.
    unsafe { block.write_bytes(0, bytes) };
    // SAFETY: they are initialised now, and nobody else's until they are given back.
    Some(unsafe { slice::from_raw_parts_mut(block.as_ptr(), bytes) })
}

/// Puts bytes back that were taken.
pub(crate) fn give_back(bytes: &'static mut [u8]) {
    let block = NonNull::from(bytes).cast();
    // SAFETY: the bytes are those of a block that was taken, with this alignment, and nothing has them
    // any more.
    with(|inner| unsafe { inner.allocator.deallocate(block, PAGES) });
}

/// The heap's figures now.
pub fn figures() -> HeapFigures {
    with(|inner| {
        let (free, largest) = inner.allocator.free();
        HeapFigures {
            used: inner.used,
            peak: inner.peak,
            peak_if_moved: inner.peak_if_moved.max(inner.peak),
            allocations: inner.allocations,
            free,
            largest,
        }
    })
}

/// Starts peak and allocation count anew from what is in use.
pub fn restart_figures() {
    with(|inner| {
        inner.highest = inner.highest.max(inner.peak);
        inner.peak = inner.used;
        inner.peak_if_moved = inner.used;
        inner.allocations = 0;
    });
    #[cfg(feature = "detail")]
    crate::ledger::restart();
}

/// Most bytes in use at one time since the start.
pub(crate) fn highest() -> usize {
    with(|inner| inner.highest.max(inner.peak))
}

/// What one allocation can have at most: the largest free block, within the limit.
pub(crate) fn largest() -> usize {
    with(|inner| inner.allocator.free().1.min(inner.room()))
}

/// Lets allocations fail that would bring the heap to more than these bytes above what is in use now;
/// none for that after `None`.
pub(crate) fn limit(bytes: Option<usize>) {
    with(|inner| inner.limit = bytes.map_or(usize::MAX, |bytes| inner.used.saturating_add(bytes)));
}

/// Bytes that this core's last allocation asked for if it failed, and how many were free. Unknown
/// while the heap itself is at work.
pub(crate) fn refused() -> Option<(usize, usize)> {
    critical_section::with(|cs| {
        let mut inner = firmware().0.borrow(cs).try_borrow_mut().ok()?;
        let needed = (*inner.refused())?;
        Some((needed, inner.allocator.free().0))
    })
}

fn with<R>(f: impl FnOnce(&mut HeapState) -> R) -> R {
    critical_section::with(|cs| f(&mut firmware().0.borrow_ref_mut(cs)))
}

impl HeapState {
    /// Bytes that may come into use within the limit.
    fn room(&self) -> usize {
        self.limit.saturating_sub(self.used)
    }

    fn refused(&mut self) -> &mut Option<usize> {
        let [first, others @ ..] = &mut self.refused;
        others.get_mut(cores::current().wrapping_sub(1)).unwrap_or(first)
    }

    /// Counts an allocation of `size` bytes.
    fn count(&mut self, result: Option<NonNull<u8>>, size: usize) -> *mut u8 {
        match result {
            Some(pointer) => {
                self.used += size;
                self.peak = self.peak.max(self.used);
                self.allocations += 1;
                *self.refused() = None;
                pointer.as_ptr()
            }
            None => {
                *self.refused() = Some(size);
                ptr::null_mut()
            }
        }
    }
}

// SAFETY: every request goes to one allocator under a critical section, which returns blocks
// that are disjoint, aligned and long enough; the counting around it never fails or unwinds.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let block = with(|inner| {
            let fits = layout.size() <= inner.room();
            let block = if fits { inner.allocator.allocate(layout) } else { None };
            inner.count(block, layout.size())
        });
        #[cfg(feature = "detail")]
        if !block.is_null() {
            crate::ledger::change(ptr::null_mut(), block, layout.size());
        }
        block
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let Some(block) = NonNull::new(pointer) else { return };
        with(|inner| {
            // SAFETY: the caller passes a block of this allocator with its alignment.
            unsafe { inner.allocator.deallocate(block, layout.align()) };
            inner.used -= layout.size();
        });
        #[cfg(feature = "detail")]
        crate::ledger::change(pointer, ptr::null_mut(), 0);
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let Some(old) = NonNull::new(pointer) else { return ptr::null_mut() };
        let Ok(new_layout) = Layout::from_size_align(new_size, layout.align()) else {
            return ptr::null_mut();
        };
        let block = with(|inner| {
            let fits = new_size.saturating_sub(layout.size()) <= inner.room();
            // SAFETY: the caller passes a block of this allocator; the alignment stays.
            let new =
                fits.then(|| unsafe { inner.allocator.reallocate(old, new_layout) }).flatten();
            // A block that grew in place never had both sizes in use at once.
            if let Some(Resized { block, was_copied: false }) = new {
                inner.peak_if_moved = inner.peak_if_moved.max(inner.used + new_size);
                #[cfg(feature = "detail")]
                if block != old {
                    // It moved, and never was there twice.
                    crate::ledger::change(pointer, ptr::null_mut(), 0);
                }
                inner.used -= layout.size();
                inner.count(Some(block), new_size)
            } else {
                let new = inner.count(new.map(|resized| resized.block), new_size);
                inner.used -= if new.is_null() { 0 } else { layout.size() };
                new
            }
        });
        #[cfg(feature = "detail")]
        if !block.is_null() {
            crate::ledger::change(pointer, block, new_size);
        }
        block
    }
}
