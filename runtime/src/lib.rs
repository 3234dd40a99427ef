//! A `no_std` WebAssembly runtime for Cortex-M microcontrollers whose guests live on static pages.
//!
//! `wasmi` interprets; this crate owns **memory**: where a guest's bytes are, how they grow and
//! what they cost. Every linear memory, made by the host or defined by a module, lies on pages of
//! a [`PagePool`]; a module's active data goes straight from its bytes to those pages. The
//! embedding API is the one that users of `wasmtime` know.
//!
//! ```
//! use vellum::{Config, Engine, Linker, Module, PagePool, Store};
//!
//! static PAGES: PagePool<[u8; 2 * vellum::PAGE_SIZE]> = PagePool::new();
//!
//! # fn main() -> Result<(), vellum::Error> {
//! let engine = Engine::new(Config::new().page_pool(&PAGES))?;
//! let module = Module::new(&engine, wat::parse_str(
//!     r#"(module
//!         (import "host" "double" (func $double (param i32) (result i32)))
//!         (memory (export "memory") 1 2)
//!         (data (i32.const 4) "page")
//!         (func (export "first") (param i32) (result i32)
//!             (call $double (i32.load8_u (local.get 0)))))"#,
//! ).expect("the text is valid"))?;
//!
//! let mut linker = Linker::new(&engine);
//! linker.func_wrap("host", "double", |value: i32| 2 * value)?;
//!
//! let mut store = Store::new(&engine, ());
//! let instance = linker.instantiate(&mut store, &module)?;
//! let first = instance.get_typed_func::<i32, i32>(&mut store, "first")?;
//! assert_eq!(first.call(&mut store, 4)?, 2 * i32::from(b'p'));
//!
//! drop(store);
//! assert_eq!(PAGES.free(), 2 * vellum::PAGE_SIZE);
//! # Ok(())
//! # }
//! ```
//!
//! # How the types relate
//!
//! ```text
//!  static PAGES: PagePool ◀── leases ─────────────┐
//!         │                                       │
//!         ▼                                       │
//!  Config ──▶ Engine ──▶ Store<T> ──────────▶ Memory · Table · Global
//!                │          ▲  T, limits, fuel    ▲
//!                │          │                     │ exports
//!  bytes ──▶  Module ──▶ Linker ──▶ Instance ─────┤
//!                           ▲                     ▼
//!          host functions ──┘             Func ──▶ TypedFunc ──▶ call, call_async
//!            (Caller)
//! ```
//!
//! | | |
//! |---|---|
//! | [`Config`], [`Engine`] | what all modules and stores have in common: the pool, stacks, limits |
//! | [`Module`], [`ModuleBytes`] | validated and translated code; [`ImportType`] and [`ExportType`] say what it wants and gives |
//! | [`Store`], [`StoreLimits`] | the embedder's data, and everything that guests make; dropped as a whole |
//! | [`Linker`], [`Instance`] | imports by name; a module that has its imports and a state of its own |
//! | [`Func`], [`TypedFunc`], [`Caller`] | calling guests, and being called by them |
//! | [`Memory`], [`MemoryType`], [`MemoryAccess`] | bytes: checked reads and writes, slices, typed views, growth |
//! | [`Table`], [`Global`], [`Val`], [`Ref`] | the other things that modules share, and values |
//! | [`Error`], [`Trap`], [`LimitExceeded`] | why something did not work |
//! | [`wasi`] | what the start-up of C and Rust programs needs |
//! | [`guest`] | lines and panics of guests that are built with `vellum-guest` |
//!
//! With the feature `threads`:
//!
//! ```text
//!  Engine with Config::threads ── one world, one lock
//!         │
//!         ├──▶ Store ──▶ Instance ─┐
//!         ├──▶ Store ──▶ Instance ─┼──▶ SharedMemory ◀── Mailbox (interrupt handlers)
//!         └──▶ Store ──▶ Instance ─┘         │
//!                                            └─ as_memory: for stores of other engines, too
//! ```
#![cfg_attr(
    feature = "threads",
    doc = "
[`SharedMemory`] is the memory that they share, [`Platform`] tells who is running and what time it
is. [Threads](docs::threads) says what runs in parallel and what takes turns, and [sharing](docs::sharing)
the same of a memory without an interpreter.

`vellum_memory` has a [`SharedMemory`](vellum_memory::SharedMemory) too, for firmware without an
interpreter: one memory behind a lock of its own. The one here is a handle to a memory in the world of an
engine, whose one lock guards all memories of that engine, and the interpreter. Both take turns, wait and
empty mailboxes by the same [`Monitor`](vellum_memory::Monitor); neither can be made of the other."
)]
//!
//! # Units
//!
//! A **page** is what the type of a memory counts: 64 KiB ([`PAGE_SIZE`]), or 1 byte with custom page
//! sizes. Offsets and lengths are **bytes**. A unit of **fuel** is about one instruction of a guest. Times
//! of a [`Platform`] are **nanoseconds**.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `threads`, by default | the threads proposal: [`Config::threads`], `SharedMemory`, locked access; with [`wasi`] 80 KB of flash |
//! | `validate`, by default | modules that nobody has signed: the module pass and validation |
//! | `signed` | `Config::signed_by`: engines that take only signed modules |
//! | `compartments` | `Config::compartment`: guests with a heap and a native stack of their own |
//! | `interruption` | `Config::interruptible`: guests that can be stopped at any time, and by deadlines |
//! | `parts` | modules in parts, whose code is loaded when it is called: see the page `parts` |
//! | `backtrace` | `Store::backtrace`: where a guest was that failed, for modules that `vellum-instrument` wrote |
//! | `defmt` | `defmt::Format` for errors, values, types and statistics |
//! | `std` | for a PC: pages and threads of the operating system, `Engine::default`, `Module::from_file` |
//! | `wat` | the text format in `Module::new`, on a PC |
//! | `memory64` | 64-bit memories, which are not meant for chips |
//! | `simd` | SIMD instructions, which are not meant for chips |
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

#[cfg(feature = "backtrace")]
mod backtrace;
mod builtins;
mod compartment;
#[cfg(feature = "threads")]
pub mod docs;
mod engine;
mod error;
mod func;
pub mod guest;
mod if_threads;
mod instance;
mod interruption_feature;
mod linker;
mod memory;
mod module;
mod schedule;
mod signed_feature;
mod store;
mod threads_feature;
mod types;
mod values;
pub mod wasi;
mod world;

#[cfg(feature = "backtrace")]
pub use backtrace::{Backtrace, frame::FrameInfo};
pub use engine::Engine;
pub use engine::config::{Config, mode::CompilationMode};
pub use engine::limits::{ModuleLimits, StoreLimits};
pub use engine::usage::EngineUsage;
pub use error::config::ConfigError;
pub use error::import::ImportMismatch;
pub use error::kind::ErrorKind;
pub use error::limit::{Limit, LimitExceeded};
pub use error::trap::Trap;
pub use error::{Error, HostError};
pub use func::Func;
pub use func::caller::Caller;
pub use func::host::{IntoFunc, WasmRet};
pub use func::numbers::{WasmParams, WasmResults, WasmTy};
pub use func::typed::TypedFunc;
pub use instance::{Instance, export::Export};
pub use linker::Linker;
pub use memory::Memory;
#[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
pub use memory::shared::SharedMemory;
pub use module::bytes::ModuleBytes;
pub use module::resources::ResourcesRequired;
#[cfg(feature = "signed")]
pub use module::signed::VerifiedModule;
pub use module::{
    Module,
    types::{ExportType, ImportType},
};
pub use store::Store;
pub use store::as_context::{AsContext, AsContextMut};
pub use store::context::{StoreContext, StoreContextMut};
pub use store::guard::StoreGuard;
#[cfg(feature = "interruption")]
pub use store::interrupt::InterruptHandle;
pub use store::limiter::ResourceLimiter;
pub use store::usage::StoreUsage;
pub use types::func::FuncType;
pub use types::global::{GlobalType, Mutability};
pub use types::table::TableType;
pub use types::value::{RefType, ValType};
pub use types::{ExternKind, ExternType};
pub use values::externs::Extern;
pub use values::global::Global;
pub use values::table::Table;
pub use values::{ExternRef, Ref, Val};
#[cfg(feature = "compartments")]
pub use vellum_compartment::{
    CompartmentError, CompartmentStats, Heap, HeapStats, RunError, give_way,
};
pub use vellum_memory::{
    AccessError, AtomicAccess, AtomicInt, AtomicRmw, BlockAccess, BufferInUse, BufferLease, Change,
    Context, Diff, Drained, Dump, Find, Layout, LockStats, Mailbox, MemoryAccess, MemoryError,
    MemoryMap, MemoryType, MemoryTypeBuilder, Nanoseconds, OutOfPages, PAGE_SIZE, PagePool,
    Platform, PoolStats, Region, RegionKind, Regions, Runs, StackPaint, StaticBuffer, Thousands,
    TypeError, WAITERS, WaitResult, Watch, Written,
};
#[cfg(feature = "signed")]
pub use vellum_sign::{PublicKey, SignatureError};
/// What structures in memories implement: [`Memory::read_value`] and its like take their traits.
pub use zerocopy;

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
