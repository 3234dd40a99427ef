//! What a compartment holds and has held.

use core::fmt;

/// What a heap holds and has held, in bytes as asked for.
///
/// ```
/// # use std::alloc::System;
/// # use vellum_compartment::Heap;
/// # use vellum_memory::StaticBuffer;
/// # #[global_allocator]
/// # static HEAP: Heap<System> = Heap::new(System);
/// use vellum_compartment::Compartment;
///
/// static BYTES: StaticBuffer<[u8; 128 * 1024]> = StaticBuffer::new();
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let compartment = Compartment::new(BYTES.take()?, 64 * 1024)?;
/// // SAFETY: nothing that is allocated inside is given away.
/// unsafe { compartment.run(|| drop(vec![1u8; 5000])) }?;
/// let heap = compartment.stats().heap;
/// assert!(heap.used == 0 && heap.high_water >= 5000 && heap.largest > 50_000);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct HeapStats {
    /// Bytes in use.
    pub used: usize,
    /// Most bytes in use at once so far.
    pub high_water: usize,
    /// Bytes that are free, all free blocks together.
    pub free: usize,
    /// Bytes of the largest free block: what one allocation can have at most.
    pub largest: usize,
    /// Allocations and reallocations so far.
    pub allocations: usize,
}

impl fmt::Display for HeapStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { used, high_water, free, largest, .. } = self;
        write!(
            f,
            "heap: {used} bytes in use, {high_water} at most, {free} free in blocks of up to {largest}"
        )
    }
}

/// What a compartment holds and has held.
///
/// ```
/// # use std::alloc::System;
/// # use vellum_compartment::Heap;
/// # use vellum_memory::StaticBuffer;
/// # #[global_allocator]
/// # static HEAP: Heap<System> = Heap::new(System);
/// use vellum_compartment::Compartment;
///
/// static BYTES: StaticBuffer<[u8; 128 * 1024]> = StaticBuffer::new();
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let compartment = Compartment::new(BYTES.take()?, 64 * 1024)?;
/// assert!(compartment.stats().to_string().starts_with("heap: 0 bytes in use"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub struct CompartmentStats {
    /// Its heap.
    pub heap: HeapStats,
    /// Bytes of its native stack.
    pub stack: usize,
    /// Most bytes of the stack in use at once so far.
    pub stack_high_water: usize,
}

impl fmt::Display for CompartmentStats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { heap, stack, stack_high_water } = self;
        write!(f, "{heap}; native stack: {stack_high_water} of {stack} bytes at most")
    }
}
