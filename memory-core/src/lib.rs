#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]
//! Linear memory for WebAssembly on pages that a `static` holds: no allocator, no interpreter.
//!
//! A firmware sets bytes aside in a [`PagePool`] and leases them in contiguous runs. A
//! [`LinearMemory`] on such a [`Lease`] behaves as the WebAssembly specification says: it has a
//! [`MemoryType`], counts its size in pages, grows in place and is zero until written.
//! [`MemoryAccess`] reaches the bytes of any memory, checked: nothing is read or written out of
//! bounds, and every failure is a value that says what was asked and what there is.
//!
//! ```
//! use vellum_memory::{LinearMemory, MemoryAccess, MemoryType, PAGE_SIZE, PagePool};
//!
//! static POOL: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
//!
//! let mut memory = LinearMemory::new(&POOL, MemoryType::new(1, Some(3)))?;
//! memory.write(16, b"Hello, WebAssembly World!")?;
//!
//! assert_eq!(memory.grow(2)?, 1);
//! assert_eq!(memory.size(), 3);
//! assert_eq!(memory.slice(16..21)?, b"Hello");
//! assert_eq!(
//!     memory.dump(16..41, 16).to_string(),
//!     "0010: 48 65 6c 6c 6f 2c 20 57 65 62 41 73 73 65 6d 62  |Hello, WebAssemb|\n\
//!      0020: 6c 79 20 57 6f 72 6c 64 21                       |ly World!|",
//! );
//!
//! let error = memory.write(3 * PAGE_SIZE - 2, b"past").unwrap_err();
//! assert_eq!(
//!     error.to_string(),
//!     "out of bounds memory access: 4 bytes at offset 196606 of 196608",
//! );
//!
//! drop(memory);
//! assert_eq!(POOL.free(), 4 * PAGE_SIZE);
//! # Ok::<(), Box<dyn core::error::Error>>(())
//! ```
//!
//! # How the types relate
//!
//! ```text
//!  static POOL: PagePool<[u8; N]>     bytes in .bss, and a table of what is leased
//!         │
//!         │ lease(bytes)              first fit, whole granules, OutOfPages when full
//!         ▼
//!       Lease                         one owner's bytes, given back when dropped
//!         │        │
//!         │        └─ as_static_mut   for an interpreter that wants the bytes for good
//!         ▼
//!    LinearMemory ◀─ MemoryType       pages, limits, growth in place
//!         │
//!         ▼
//!    MemoryAccess                     read, write, slice, view, dump: for [u8] too
//! ```
//!
//! # Inspection
//!
//! [`MemoryMap`] shows the regions of a guest's memory by its [`Layout`], [`Diff`] what has changed since a
//! copy was made, [`Dump`] its bytes, and [`Find`] where something is. [`StackPaint`] tells how deep a
//! guest's stack has been, [`Watch`] who was the first to write to a range. All of them are
//! iterators or values that can be printed, and need no buffer but the copies.
//!
//! # Sharing
//!
//! A [`SharedMemory`] is a memory behind a [`Lock`] that knows its holder. Threads, cores and
//! interrupt handlers read and write it, operate on it atomically, wait for each other and leave
//! messages in a [`Mailbox`]. The page [`sharing`] says what each of them may do. Lock, waits and
//! mailboxes together are a [`Monitor`], which a runtime puts around more than one memory.
//!
//! ```text
//!    LinearMemory, or another Backing
//!         │
//!         ▼
//!    SharedMemory ◀─ Platform         who is running, what time it is, how to wait
//!         │
//!         │ lock, try_lock, with
//!         ▼
//!     SharedGuard                     MemoryAccess, AtomicAccess, BlockAccess,
//!         ▲                           grow, wait, notify
//!         │ attach, drain_into
//!      Mailbox                        posts of interrupt handlers
//! ```
//!
//! # Buffers
//!
//! A [`StaticBuffer`] holds what comes at run time, such as a module over a serial line. One
//! [`BufferLease`] at a time has its bytes.
//!
//! # Units
//!
//! A **page** is what a memory's type counts: 64 KiB ([`PAGE_SIZE`]), or 1 byte with custom page
//! sizes. A **granule** is what a pool counts: 64 KiB, or less for a chip with little RAM. A
//! memory's lease is rounded up to whole granules; its size never is.
//!
//! # Features
//!
//! `defmt`: every error, [`AtomicRmw`], [`Change`], [`Context`], [`Diff`], [`Drained`], [`Dump`], [`Find`],
//! [`LockStats`], [`MemoryMap`], [`MemoryType`], [`Nanoseconds`], [`PoolStats`], [`Region`], [`RegionKind`],
//! [`StackPaint`], [`Ticket`], [`WaitResult`] and [`Written`] implement `defmt::Format`.
//!
//! `std`: [`Platform`] has a constant `STD` for the threads of an operating system, and a [`Lease`]
//! may be had from the system, by `Lease::from_system`.

#[cfg(test)]
extern crate std;

#[macro_use]
mod text;
#[macro_use]
mod sync;

mod access;
mod arena;
mod atomic;
mod block;
mod buffer;
mod context;
mod dump;
mod error;
#[cfg(feature = "std")]
mod host;
mod inspect;
mod interrupt;
mod lease;
mod lent;
mod linear;
mod lock;
mod mailbox;
mod monitor;
mod platform;
mod pool;
mod shared;
pub mod sharing;
mod size;
mod storage;
#[cfg(feature = "std")]
mod system;
mod table;
mod thousands;
mod ty;
mod wait;

pub use access::MemoryAccess;
pub use atomic::{AtomicAccess, AtomicInt, AtomicRmw};
pub use block::BlockAccess;
pub use buffer::{BufferInUse, BufferLease, StaticBuffer};
pub use context::Context;
pub use dump::Dump;
pub use error::{AccessError, MemoryError, OutOfPages, TypeError};
pub use inspect::diff::{Change, Diff};
pub use inspect::find::Find;
pub use inspect::layout::Layout;
pub use inspect::map::{MemoryMap, Regions};
pub use inspect::paint::StackPaint;
pub use inspect::region::{Region, RegionKind};
pub use inspect::runs::Runs;
pub use inspect::watch::{Watch, Written};
pub use interrupt::Interrupt;
pub use lease::Lease;
pub use linear::LinearMemory;
pub use lock::{Lock, LockError, LockGuard, LockStats, WouldDeadlock};
pub use mailbox::{AlreadyAttached, Attachment, Drained, Mailbox, PostError, Recipient};
pub use monitor::{Monitor, MonitorGuard, Monitored, WaitSet};
pub use platform::{Nanoseconds, Platform};
pub use pool::{PagePool, PoolStats};
pub use shared::{Backing, SharedError, SharedGuard, SharedMemory, Wait};
pub use size::PAGE_SIZE;
pub use storage::{Granules, Storage};
pub use table::MAX_LEASES;
pub use thousands::Thousands;
pub use ty::{MemoryType, MemoryTypeBuilder};
pub use wait::{Ticket, WAITERS, WaitError, WaitResult};

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
