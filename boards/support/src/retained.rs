//! The last failure, in RAM that a reset leaves as it is.
//!
//! The memory map sets 256 bytes aside for it, out of every section: a loader and the startup code
//! that clears statics leave them alone. What lies there counts only with the right checksum, so
//! that the noise of a cold start is no report.

#![expect(unsafe_code, reason = "reads and writes RAM that the memory map sets aside")]

use core::{
    hash::{Hash, Hasher},
    mem::MaybeUninit,
};

use crate::failure::Failure;

/// What begins a record of this layout.
const MAGIC: u32 = u32::from_le_bytes(*b"VFR1");

#[derive(Clone, Copy)]
#[repr(C)]
struct Block {
    magic: u32,
    checksum: u32,
    failure: Failure,
}

/// Bytes that the memory map sets aside.
const SIZE: usize = 256;
const _: () = assert!(size_of::<Block>() <= SIZE && align_of::<Block>() <= 4);

fn block() -> *mut MaybeUninit<Block> {
    unsafe extern "C" {
        static mut _retained: MaybeUninit<Block>;
    }
    &raw mut _retained
}

/// Keeps a failure for the next boot.
pub(crate) fn keep(failure: &Failure) {
    let kept = Block { magic: MAGIC, checksum: checksum(failure), failure: *failure };
    // SAFETY: the memory map sets these bytes aside for this, aligned to words, and only the one core
    // that reports the end comes here.
    unsafe { block().write_volatile(MaybeUninit::new(kept)) };
    cortex_m::asm::dsb();
}

/// The failure that the last boot kept.
pub(crate) fn kept() -> Option<Failure> {
    // SAFETY: as in `keep`; before the start of another core there is only this one.
    let found = unsafe { block().read_volatile() };
    // SAFETY: RAM always holds some bits, and any bits are a block: it has only whole numbers.
    let found = unsafe { found.assume_init() };
    (found.magic == MAGIC && found.checksum == checksum(&found.failure)).then_some(found.failure)
}

/// Forgets it.
pub(crate) fn clear() {
    // SAFETY: as in `kept`; zeros are no block.
    unsafe { block().write_volatile(MaybeUninit::zeroed()) };
}

fn checksum(failure: &Failure) -> u32 {
    let mut sum = Checksum(0x811C_9DC5);
    failure.hash(&mut sum);
    sum.0
}

/// FNV-1a.
struct Checksum(u32);

impl Hasher for Checksum {
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }

    fn finish(&self) -> u64 {
        self.0.into()
    }
}
