//! What runs at the same time, what takes turns, and what guests may rely on.
//!
//! On an engine with [`Config::threads`] guests have the threads proposal of WebAssembly: shared
//! memories, atomic instructions, `memory.atomic.wait` and `notify`. The interpreter knows none of
//! these. Its module pass turns atomic instructions into plain ones, and the runtime sees to it that
//! nothing comes between them.
//!
//! ```
//! use vellum::{Config, Engine, Linker, MemoryType, Module, PAGE_SIZE, PagePool, SharedMemory, Store};
//!
//! static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
//!
//! # fn main() -> Result<(), vellum::Error> {
//! let engine = Engine::new(Config::new().page_pool(&PAGES).threads(true))?;
//! let memory = SharedMemory::new(&engine, MemoryType::shared(1, 1))?;
//! let module = Module::new(&engine, wat::parse_str(
//!     r#"(module
//!         (import "env" "memory" (memory 1 1 shared))
//!         (func (export "count") (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))))"#,
//! ).expect("the text is valid"))?;
//!
//! for _worker in 0..3 {
//!     let mut store = Store::new(&engine, ());
//!     let mut linker = Linker::new(&engine);
//!     linker.define("env", "memory", memory.as_memory(&mut store)?)?;
//!     let instance = linker.instantiate(&mut store, &module)?;
//!     instance.get_typed_func::<(), ()>(&store, "count")?.call(&mut store, ())?;
//! }
//! assert_eq!(memory.atomic_load::<u32>(8)?, 3);
//! # Ok(())
//! # }
//! ```
//!
//! # One world for each engine
//!
//! All [`Store`]s of an engine with threads are sessions in one **world**: one store of the
//! interpreter behind one lock. A call runs in slices: it takes the lock, runs for
//! [`Config::slice`] units of fuel, releases the lock, and those who wait for it come first. So the
//! threads of a world take turns, on however many cores they are, and **worlds run in parallel**: two
//! engines on two cores hinder each other in nothing.
//!
//! Why one lock? Two stores of the interpreter can't use one buffer. Each zeroes it when it makes
//! its memory; each has its own idea of how long it is, and zeroes what the other wrote when it grows
//! into it; and each believes it has the bytes to itself, so that the compiler may keep them in
//! registers. Parallel access would be undefined behaviour, not merely a race.
//!
//! A world goes with the last [`Store`] and the last [`SharedMemory`] of its engine, and the last
//! [view](#memories-of-other-engines) that another engine has of these: only then do its pages return to
//! the pool. A host function that keeps a [`SharedMemory`] of the world in which it is defined keeps that
//! world for good: let the store's data have it. To unload one program while others go on, give it an
//! engine of its own.
//!
//! # What guests may rely on
//!
//! **Sequential consistency.** The interpreter stops a guest only at the entry of a function, at the
//! head of a loop, where an `if` is taken, and in bulk operations. An atomic instruction is none of
//! these, and what it becomes has none between its load and its store. So all accesses to a shared
//! memory happen in one order, in which each thread's own are in the order of its program, plain ones
//! included. It is more than the proposal promises.
//!
//! A wait compares the memory and takes its place in the queue under the lock: no notification falls
//! between. Waits for an address end in the order in which they began.
//!
//! # Three ways to run a call
//!
//! | | between slices | while the guest waits |
//! |---|---|---|
//! | [`Func::call`] | releases the lock and takes it again | does what [`Platform`] says: spins, or `WFE` where an event or a tick ends it, or sleeps |
//! | [`Func::call_async`] | gives way to other tasks of the executor | is woken by who notifies it |
//! | a call under [`Store::lock`], or by a host function's [`Caller`] | goes on: the lock is held anyway | is [`Error::WouldDeadlock`] |
//!
//! A future polls itself again at once while a guest waits with a time limit, because the platform
//! has a clock but no alarm.
//!
//! Host functions may take their time: [`Error::suspend`] suspends the call, and the world's lock is
//! free until the future that it was given has the results. That needs a call in slices: under
//! [`Store::lock`] or in a call that a host function makes it is [`Error::WouldDeadlock`], on an engine
//! without threads [`Error::Suspended`].
//!
//! # Deadlocks
//!
//! Whoever asks for a lock that he holds himself gets [`Error::WouldDeadlock`], never an endless
//! spin: a host function reaches memories by its [`Caller`], not by another handle.
//!
//! Whoever holds the lock of one world does not wait for that of another one for ever, because its
//! holder may wait for the first: a host function that uses a [`SharedMemory`] or a [`Store`] of another
//! engine with threads gets [`Error::WouldDeadlock`] if it can't have it in bounded time.
//!
//! A guest's wait without a time limit is [`Error::Deadlock`] when nobody is left to end it: when all
//! stores, shared memories and views that reach the world wait in it, or when a call that blocks is all
//! that runs ([`Platform::ONE_CORE`]). It is told at once, also when the last other one goes
//! meanwhile. Not so where the handle itself may be lent to others, who could notify: where the
//! [host](crate::SharedMemory::atomic_wait32) waits, and where a guest of an engine with threads waits
//! in a memory of another one. While a mailbox is attached an interrupt handler may still notify, and
//! no wait is a deadlock.
//!
//! # Choosing the slice
//!
//! A unit of fuel is about one instruction of a guest, 20 to 30 of a Cortex-M. The end of a slice, and
//! the beginning of the next one, take 1,400 instructions of the chip:
//!
//! | [`Config::slice`] | others wait for so many instructions | the ends take of a guest's time |
//! |--:|--:|--:|
//! | 100 | 2,500 | 36 % |
//! | 1,000 | 25,000 | 5 % |
//! | 10,000, the default | 250,000: 2 to 3 ms at 120 MHz | 0.6 % |
//! | 100,000 | 2,500,000 | 0.1 % |
//!
//! Long slices let a thread keep others waiting, and a mailbox be emptied late; shorter ones than a
//! thousand cost more than they give. A bulk operation, and a host function, is never interrupted.
//!
//! # Cores, interrupts, priorities
//!
//! The [`Platform`] tells who is running; [`vellum_memory::sharing`] says what a lock does with it.
//! On several cores, each runs its own stores of one engine, or engines of its own. A handler of an
//! interrupt does not touch a world: it leaves what it has to say in a [`Mailbox`] that is
//! [attached](crate::SharedMemory::attach) to a memory. Whoever holds the world's lock applies it, in
//! order, when the running slice ends.
//!
//! Where a task of a higher priority preempts another, each has its own engine. What is checked is the
//! lock of the world: if the one that was interrupted holds it, the other gets
//! [`Error::WouldDeadlock`]. What is not checked are the locks that an engine has beside it, in the
//! interpreter too, for a few instructions while a module is loaded, a store is made, a function is made
//! or looked up, or a call begins: one that was interrupted while it held them never releases them, and
//! the other spins.
//!
//! # Threads that guests start
//!
//! [`Caller::spawn`] starts a thread as the wasi-threads convention has it. It is driven by the call
//! in which it was started, a slice in turn with it.
//!
//! # Memories of other engines
//!
//! [`SharedMemory::as_memory`] gives a store of another engine a view, which its guests reach by locked
//! access: each operation takes the lock of the memory's world once, which all memories of that engine
//! share with its guests. On an engine without threads that is so by itself; on one with threads the
//! guest's module is loaded by [`Module::with_locked`](crate::Module::with_locked). Two worlds may reach
//! each other's memories. A guest that would have to wait for the other lock while it holds its own is
//! suspended, gives its own back and only then waits its turn. Where a call can't be suspended (in a
//! call that a host function makes or under [`Store::lock`]), an access that can't be had in bounded
//! time is [`Error::WouldDeadlock`], and so is any wait of a guest; so are the data segments of a new
//! instance.
//!
//! # A world, or locked access?
//!
//! | | one world | locked access |
//! |---|---|---|
//! | for | the threads of one program | programs apart, each with an engine of its own |
//! | two guests run | in turns | in parallel, on two cores |
//! | unloaded | together | one by one, while the others go on |
//! | an atomic load, in plain ones | 1.8 | 27 |
//! | an atomic addition, in plain ones | 1.8 | 14 |
//! | `memory.copy` of 64 bytes, of 1,024 bytes from private memory | 1 | 5, 3.4 |
//!
//! A locked access takes the lock once, whatever its length. So programs apart copy messages in and
//! out, and work on them in memory of their own.
//!
//! # What it costs
//!
//! Instructions of a Cortex-M4F, as `cargo rig bench` counts them:
//!
//! - A guest's speed: 15 to 31 % by workload, nearly all of it for counting fuel. The interpreter does
//!   so at the head of each block, in 17 instructions, which is less than any instruction of a guest
//!   takes. Nothing that a module pass could put there instead is cheaper: looking at a flag takes 24,
//!   counting down a global 61. Engines without threads count none, unless configured to.
//! - The end of a slice: 1,500. To wait and be notified by the host: 4,000; by another guest, which
//!   waits in turn: 4,700.
//! - The host's reads and writes of 16 bytes: 50 more than the 170 to 195 of a private memory.
//! - A place in the queue of those who wait, of which there are [`WAITERS`]. A stack for each call that
//!   runs or waits ([`Config::concurrent_calls`]). A few hundred bytes of the heap for each guest that
//!   waits, that a host function has suspended, or that waits for the lock of another engine's world,
//!   until it goes on.
//!
//! [`Caller`]: crate::Caller
//! [`Caller::spawn`]: crate::Caller::spawn
//! [`Config::concurrent_calls`]: crate::Config::concurrent_calls
//! [`Config::slice`]: crate::Config::slice
//! [`Config::threads`]: crate::Config::threads
//! [`Error::Deadlock`]: crate::Error::Deadlock
//! [`Error::WouldDeadlock`]: crate::Error::WouldDeadlock
//! [`Error::Suspended`]: crate::Error::Suspended
//! [`Error::suspend`]: crate::Error::suspend
//! [`Func::call`]: crate::Func::call
//! [`Func::call_async`]: crate::Func::call_async
//! [`Mailbox`]: crate::Mailbox
//! [`Platform`]: crate::Platform
//! [`Platform::ONE_CORE`]: crate::Platform::ONE_CORE
//! [`SharedMemory`]: crate::SharedMemory
//! [`SharedMemory::as_memory`]: crate::SharedMemory::as_memory
//! [`Store`]: crate::Store
//! [`Store::lock`]: crate::Store::lock
//! [`WAITERS`]: crate::WAITERS
