//! The global allocator: talc, on pages that it gets here.

#![expect(unsafe_code, reason = "an allocator is given memory that nothing else names")]

use core::{alloc::Layout, arch::wasm32, ptr::NonNull};
use talc::{
    base::{CHUNK_UNIT, Talc, binning::Binning},
    cell::TalcSyncCell,
    min_first_heap_size,
    source::Source,
    wasm::WasmBinning,
};

/// Bytes that the heap grows by at least, where it may: growing costs as much as a thousand instructions.
const STEP: usize = 256;
/// Smaller sizes that are tried where the memory can't grow by as much as an allocation takes.
const TRIES: usize = 8;

#[global_allocator]
static HEAP: TalcSyncCell<Pages, WasmBinning> = TalcSyncCell::new_wasm(Pages { heap: None });

unsafe extern "C" {
    /// Where the linker ends the stack and the data, the first pages, and the first page alone.
    safe static __heap_base: u8;
    safe static __heap_end: u8;
    safe static __wasm_first_page_end: u8;
}

fn page_size() -> usize {
    (&raw const __wasm_first_page_end).addr()
}

/// The guest's memory as a source of the heap.
#[derive(Debug)]
struct Pages {
    heap: Option<Heap>,
}

/// The block that grows.
#[derive(Debug)]
struct Heap {
    base: *mut u8,
    /// Where talc has it end.
    end: NonNull<u8>,
    /// Where its last page ends.
    limit: *mut u8,
}

// SAFETY: nothing here allocates.
unsafe impl Source for Pages {
    fn acquire<B: Binning>(talc: &mut Talc<Self, B>, layout: Layout) -> Result<(), ()> {
        if talc.source.heap.is_none() && !talc.is_metadata_established() {
            let (base, end) = (&raw const __heap_base, &raw const __heap_end);
            // SAFETY: what lies between the linker's symbols is nobody else's.
            if unsafe { claim(talc, base.cast_mut(), end.cast_mut()) }.is_ok() {
                return Ok(());
            }
        }
        let first = if talc.is_metadata_established() { 0 } else { min_first_heap_size::<B>() };
        let bytes = needed(layout).and_then(|bytes| bytes.checked_add(first)).ok_or(())?;
        let heap = talc.source.heap.take();
        let held = heap.as_ref().map_or(0, |heap| heap.limit.addr() - heap.base.addr());
        let Some((base, end)) = grow(bytes, held) else {
            talc.source.heap = heap;
            return Err(());
        };
        match heap {
            Some(heap) if heap.limit == base => {
                // SAFETY: the pages are new, and follow those of the heap.
                let heap_end = unsafe { talc.extend(heap.end, end) };
                talc.source.heap = Some(Heap { end: heap_end, limit: end, ..heap });
                Ok(())
            }
            // Something else has grown the memory meanwhile.
            // SAFETY: the pages are new.
            _ => unsafe { claim(talc, base, end) },
        }
    }
}

/// Begins a block.
///
/// # Safety
///
/// Nothing else uses the bytes from `base` to `end`.
unsafe fn claim<B: Binning>(
    talc: &mut Talc<Pages, B>,
    base: *mut u8,
    end: *mut u8,
) -> Result<(), ()> {
    // SAFETY: as the caller says.
    let heap_end = unsafe { talc.claim(base, end.addr().saturating_sub(base.addr())) }.ok_or(())?;
    talc.source.heap = Some(Heap { base, end: heap_end, limit: end });
    Ok(())
}

/// Bytes of pages with which an allocation of `layout` is sure to succeed.
fn needed(layout: Layout) -> Option<usize> {
    // The allocation's own tag, the new end's, and what is lost at the start to be aligned.
    let beside = 2 * CHUNK_UNIT + if layout.align() > CHUNK_UNIT { layout.align() } else { 0 };
    layout.size().checked_add(beside)?.checked_next_multiple_of(CHUNK_UNIT)
}

/// Grows the memory by so many bytes, and gives where the new ones are. If that is refused it grows by
/// less, because some of the `held` bytes before them may be free.
fn grow(bytes: usize, held: usize) -> Option<(*mut u8, *mut u8)> {
    let size = page_size();
    let least = bytes.saturating_sub(held).max(1);
    let less = (least..=bytes).rev().step_by((bytes - least).div_ceil(TRIES).max(1));
    core::iter::once(bytes.max(STEP)).chain(less).find_map(|bytes| {
        let pages = bytes.div_ceil(size);
        let before = wasm32::memory_grow::<0>(pages);
        let at = |page: usize| core::ptr::with_exposed_provenance_mut(page.saturating_mul(size));
        (before != usize::MAX).then(|| (at(before), at(before.saturating_add(pages))))
    })
}
