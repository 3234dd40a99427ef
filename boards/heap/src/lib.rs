//! A heap in one region of RAM that places what stays at one end and what grows at the other.
//!
//! A block lies at the low end when it is new, and at the high end once it has grown large. Between both ends
//! is the gap, which takes back what is freed beside it. So vectors that grow while others allocate what they
//! keep leave no large holes between it: when they are freed, most of what is free is one piece again.
//!
//! A new block takes the smallest hole of the low end that it fits, then one of the high end, and then a piece
//! of the gap. One that grows large takes a hole of the high end, then a piece of the gap, and only when that
//! is too short a hole of the low end. A block that fits any hole, or the gap, is never refused.
//! That takes as long as there are holes of about the size.
//!
//! ```
//! use core::alloc::Layout;
//! use core::ptr::NonNull;
//! use two_ended_heap::{End, Heap};
//!
//! let mut memory = [0u64; 128];
//! let mut heap = Heap::new();
//! // SAFETY: the memory is the heap's as long as there is one, and nobody else's.
//! unsafe { heap.start(NonNull::slice_from_raw_parts(NonNull::from(&mut memory).cast(), 1024)) };
//! let layout = Layout::new::<[u8; 100]>();
//! let block = heap.allocate(layout, End::Low).expect("there is room");
//! assert_eq!(heap.free_bytes(), 1024 - 112);
//! // SAFETY: the block is the heap's, with this alignment.
//! unsafe { heap.deallocate(block) };
//! assert_eq!(heap.largest_free(), 1024 - 8);
//! ```
#![no_std]

mod blocks;
mod check;
mod heap;
mod holes;
mod region;
mod resize;

pub use check::Fault;
pub use heap::{End, Heap};
pub use resize::Resized;
