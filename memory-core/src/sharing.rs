//! What may run at the same time, and what each context does about it.
//!
//! A [`SharedMemory`], and any value in a [`Lock`], is used by one context at a time. A *context*
//! is whatever can be interrupted by another one or run beside it: a thread, an interrupt handler,
//! a core. The firmware tells by a [`Platform`] which one is asking; the lock remembers which one
//! holds it, and refuses to wait where waiting would never end. A refusal is [`WouldBlock`], below
//! *block*, if asking again later can help, and otherwise [`WouldDeadlock`], below *deadlock*.
//!
//! | who asks for a lock that is held | [`lock`] | [`try_lock`] | [`lock_within`] |
//! |---|---|---|---|
//! | the context that holds it | deadlock | deadlock | deadlock |
//! | [`Context::SINGLE`]: all there is | deadlock | deadlock | deadlock |
//! | a thread; another thread or core holds it | waits its turn | block | waits, then block |
//! | an interrupt handler; its own core holds it | deadlock | deadlock | deadlock |
//! | an interrupt handler; another core holds it | deadlock | block | waits, then block |
//! | the same, having interrupted a waiter | deadlock | block | waits in vain, then block |
//!
//! A waiter that is interrupted keeps its place, and a handler that asks for the same lock comes
//! after it: the turns that such a handler asks for are all spent, however soon the lock is
//! released. So handlers use [`try_lock`], or very few turns.
//!
//! A holder is known a few instructions after it has taken the lock, and until a few before it
//! releases it. A handler that interrupts it in between gets `WouldBlock`, after its turns if it
//! asked for some: it does not ask again and again until that changes.
//!
//! A lock knows of no other lock. Those who hold several of them at one time take them in the same
//! order everywhere, or they may wait for each other for ever.
//! [`SharedMemory::memory_copy_between`] takes its two in such an order.
//!
//! # One core
//!
//! Without an operating system that switches threads, whatever finds a lock held on the only core
//! has interrupted the holder. Waiting never helps, so that every such request is refused at once,
//! whoever makes it. That is [`Platform::ONE_CORE`], which locks and shared memories have from the
//! beginning: nothing needs to be said, and cooperative tasks (those of one embassy executor, say)
//! never contend as long as no guard is kept across an `await`.
//!
//! # Interrupts
//!
//! An interrupt handler leaves what it has to say in a [`Mailbox`]: writes and notifications, which
//! are applied in order to the memory that the mailbox is [attached] to, by whoever takes or
//! releases its lock next. A post rouses those who wait to do so: threads that are blocked by the
//! platform's signal, and futures by the waker of one of them. Posting takes no lock, never waits,
//! and may itself be interrupted by a handler that posts. A full mailbox is an error for the
//! handler to deal with; until then nothing is lost.
//!
//! ```
//! use vellum_memory::{Mailbox, PostError};
//!
//! static SAMPLES: Mailbox<64, 4> = Mailbox::new();
//!
//! /// Called by the handler of a converter's interrupt, at any time.
//! fn on_sample(number: usize, sample: u32) -> Result<(), PostError> {
//!     SAMPLES.post(0x400 + number % 256 * 4, &sample.to_le_bytes())?;
//!     SAMPLES.notify(0x3fc, 1)
//! }
//! assert!(on_sample(0, 42).is_ok());
//! ```
//!
//! A handler that would rather use the memory itself asks by [`SharedMemory::try_lock`], and does
//! without when that fails. It can't wait: on one core the holder would not go on, and on several
//! two handlers that wait for what the other's core was interrupted with would wait for ever.
//!
//! A [`PagePool`] is behind a plain spin lock while it leases bytes or takes them back. Make and
//! drop the memories of one pool at one priority, or within a critical section that keeps out
//! whoever else does so on the same core.
//!
//! # Two cores
//!
//! Each core has a thread, and interrupt handlers:
//!
//! ```
//! use vellum_memory::{Context, MemoryType, PAGE_SIZE, PagePool, Platform, SharedMemory};
//! # fn core_number() -> u8 { 0 }
//! # fn active_exception() -> u8 { 0 }
//! # fn wait_for_event() {}
//! # fn send_event() {}
//!
//! static TWO_CORES: Platform = Platform::new(|| match active_exception() {
//!     0 => Context::thread(core_number(), 0),
//!     _ => Context::interrupt(core_number()),
//! })
//! .with_idle(wait_for_event, send_event);
//! static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
//!
//! let memory = SharedMemory::new(&POOL, MemoryType::shared(1, 1))?.on(&TWO_CORES);
//! memory.atomic_add(0, 1_u32)?;
//! # Ok::<(), vellum_memory::SharedError>(())
//! ```
//!
//! The lock serves those who wait in the order in which they asked: a core that releases it and
//! asks again at once comes second. At most fifteen wait in order; beyond that chance decides. A
//! core that is interrupted while it waits keeps its place, and those behind it wait for the
//! handler's end as well.
//!
//! Between cores the lock needs the exclusive loads and stores of ARMv7-M and ARMv8-M. Where a chip
//! has to be told to let them pass between cores (`ACTLR.EXTEXCLALL` on the RP2350), that is done
//! on each core before it uses a lock.
//!
//! # Preemptive priorities on one core
//!
//! Where a more urgent task interrupts a less urgent one, as embassy's interrupt executors do, a
//! lock that the less urgent one holds can't be had: the more urgent one gets `WouldDeadlock` at
//! once, on [`Platform::ONE_CORE`] as well as by the name of [`Context::interrupt`]. It posts to a
//! mailbox, or tries again after it has given way. One lock that is taken at two priorities is
//! rarely what one wants.
//!
//! # Threads of an operating system
//!
//! Each is a [`Context::thread`] with a number of its own, and waits by the scheduler's means, told
//! by [`Platform::with_relax`]. If priorities are fixed, that must let a less urgent holder run:
//! sleep for a tick, for instance. A thread is the same context as long as it holds a lock or waits
//! for one: where the system moves threads between cores, all of them name the same core.
//! `Platform::STD` is all this for Rust's standard library.
//!
//! # Waiting for a notification
//!
//! [`SharedGuard::wait32`] compares the memory and takes a place in the queue under one lock, so
//! that no notification falls between. It does not block: a runtime keeps the [`Ticket`] and asks
//! with it by [`SharedGuard::poll`] whether the wait is over, and lends a waker if it is a future.
//! The waker is woken after the lock was released. [`SharedMemory::atomic_wait32`] blocks the
//! calling thread instead, with the lock free meanwhile; that nobody is left to notify it is not
//! told.
//!
//! Waits for an address are ended in the order in which they began; each notification that is
//! counted ends one wait, even if the waiter is given up before it has noticed.
//!
//! # The order of events
//!
//! All operations on one memory happen one after the other, in an order that every context agrees
//! on. As the bytes of all memories are reached under locks only, and their sizes by sequentially
//! consistent loads and stores, there is one such order for all of them together: sequential
//! consistency, whatever order the cores' own loads and stores have.
//!
//! # Memories of an interpreter
//!
//! What a [`SharedMemory`] guards need not be a [`LinearMemory`]: any memory that is used by its
//! holder alone and grows implements [`Backing`].
//!
//! A memory that belongs to a greater whole, as those of an interpreter's store do, shares that
//! one's lock. Its runtime puts the whole in a [`Monitor`], with a [`WaitSet`] for all its memories
//! and their mailboxes, and has [`AtomicAccess`] and [`BlockAccess`] on the bytes for as long as it
//! holds the lock. A [`SharedMemory`] is a monitor too, of one memory: the two differ in what is
//! behind the lock, not in how it is taken, waited under and released. The `SharedMemory` of the
//! crate `vellum` is a handle to a memory in such a whole.
//!
//! [`lock`]: crate::Lock::lock
//! [`try_lock`]: crate::Lock::try_lock
//! [`lock_within`]: crate::Lock::lock_within
//! [attached]: crate::SharedMemory::attach
//! [`AtomicAccess`]: crate::AtomicAccess
//! [`Backing`]: crate::Backing
//! [`BlockAccess`]: crate::BlockAccess
//! [`Context::SINGLE`]: crate::Context::SINGLE
//! [`Context::interrupt`]: crate::Context::interrupt
//! [`Context::thread`]: crate::Context::thread
//! [`LinearMemory`]: crate::LinearMemory
//! [`Lock`]: crate::Lock
//! [`Mailbox`]: crate::Mailbox
//! [`PagePool`]: crate::PagePool
//! [`Monitor`]: crate::Monitor
//! [`Platform`]: crate::Platform
//! [`Platform::ONE_CORE`]: crate::Platform::ONE_CORE
//! [`Platform::with_relax`]: crate::Platform::with_relax
//! [`SharedGuard::backing_mut`]: crate::SharedGuard::backing_mut
//! [`SharedGuard::poll`]: crate::SharedGuard::poll
//! [`SharedGuard::wait32`]: crate::SharedGuard::wait32
//! [`SharedMemory`]: crate::SharedMemory
//! [`SharedMemory::memory_copy_between`]: crate::SharedMemory::memory_copy_between
//! [`SharedMemory::atomic_wait32`]: crate::SharedMemory::atomic_wait32
//! [`SharedMemory::try_lock`]: crate::SharedMemory::try_lock
//! [`Ticket`]: crate::Ticket
//! [`WaitSet`]: crate::WaitSet
//! [`WouldBlock`]: crate::LockError::WouldBlock
//! [`WouldDeadlock`]: crate::WouldDeadlock
