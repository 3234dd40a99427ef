//! The allocator.

#![expect(unsafe_code, reason = "a global allocator is an unsafe trait, and guard zones are raw")]

use super::live::{self, Block, Damaged, LARGE};
use std::alloc::{GlobalAlloc, Layout, System};
use std::slice;

/// What guard zones are filled with: no small number, no pointer, no text.
const CANARY: u8 = 0xc9;

/// Bytes of a zone of a small block, and of a large one.
const NARROW: usize = 32;
const WIDE: usize = 1024;

/// The system's heap with guard zones.
#[derive(Debug, Clone, Copy)]
pub struct Heap;

/// Bytes of each of the two zones: a multiple of the alignment.
fn guard(layout: Layout) -> usize {
    let least = if layout.size() < LARGE { NARROW } else { WIDE };
    least.max(layout.align())
}

/// The layout of a block with its zones.
fn guarded(layout: Layout) -> Option<Layout> {
    let size = layout.size().checked_add(2 * guard(layout))?;
    Layout::from_size_align(size, layout.align()).ok()
}

/// The zones, in front of a block and behind it: where they begin.
fn zones(block: Block) -> [usize; 2] {
    [block.address - block.guard, block.address + block.size]
}

/// Damage to a block's zones.
pub(super) fn find_damage(block: Block) -> Option<Damaged> {
    zones(block).into_iter().find_map(|begin| {
        let pointer = std::ptr::with_exposed_provenance::<u8>(begin);
        // SAFETY: blocks come from `Heap::guard_block`, which allocated both zones with the block,
        // initialised them and exposed the pointer; they are not freed yet, since `Heap` looks
        // before it frees and `live` keeps its lock. There is no reference to a zone.
        let zone = unsafe { slice::from_raw_parts(pointer, block.guard) };
        let place = zone.iter().position(|byte| *byte != CANARY)?;
        let at = (begin + place).wrapping_sub(block.address).cast_signed();
        Some(Damaged { size: block.size, at })
    })
}

impl Heap {
    /// Makes a block of what the system gave, null if that was null.
    ///
    /// # Safety
    ///
    /// `raw` is null or an allocation of the layout that `guarded` says for this one.
    unsafe fn guard_block(raw: *mut u8, layout: Layout) -> *mut u8 {
        if raw.is_null() {
            return raw;
        }
        let guard = guard(layout);
        let address = raw.expose_provenance() + guard;
        let block = Block { address, size: layout.size(), guard };
        for begin in zones(block) {
            let pointer = std::ptr::with_exposed_provenance_mut::<u8>(begin);
            // SAFETY: the zone is inside the allocation, which has not been returned yet.
            unsafe { pointer.write_bytes(CANARY, guard) };
        }
        if layout.size() >= LARGE {
            live::add(block);
        }
        std::ptr::with_exposed_provenance_mut(address)
    }
}

/// Says what is damaged and ends the program.
fn give_up(damaged: Damaged) -> ! {
    eprintln!("{damaged}");
    std::process::abort()
}

// SAFETY: blocks are parts of those of the system's heap, as large and aligned as is asked for: a
// zone is a multiple of the alignment long. None is given twice, and none is freed but by `dealloc`.
unsafe impl GlobalAlloc for Heap {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let Some(guarded) = guarded(layout) else { return std::ptr::null_mut() };
        // SAFETY: it is larger than 0 bytes, because of the zones.
        let raw = unsafe { System.alloc(guarded) };
        // SAFETY: it was allocated so.
        unsafe { Self::guard_block(raw, layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        let Some(guarded) = guarded(layout) else { return std::ptr::null_mut() };
        // SAFETY: it is larger than 0 bytes, because of the zones.
        let raw = unsafe { System.alloc_zeroed(guarded) };
        // SAFETY: it was allocated so.
        unsafe { Self::guard_block(raw, layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        let block = Block {
            address: pointer.expose_provenance(),
            size: layout.size(),
            guard: guard(layout),
        };
        if let Some(damaged) = find_damage(block) {
            give_up(damaged);
        }
        if layout.size() >= LARGE {
            live::remove(block);
        }
        let [begin, _] = zones(block);
        let raw = std::ptr::with_exposed_provenance_mut(begin);
        let Some(guarded) = guarded(layout) else { return };
        // SAFETY: the caller's block of this layout is one of `guard_block`, which exposed the
        // system's pointer, and `guarded` says the same layout as when it was allocated.
        unsafe { System.dealloc(raw, guarded) };
    }
}
