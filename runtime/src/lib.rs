//! A `no_std` WebAssembly runtime for Cortex-M microcontrollers whose guests live on static pages.
//!
//! `wasmi` interprets; this crate owns **memory**: where a guest's bytes are, how they grow and
//! what they cost. Every linear memory, made by the host or defined by a module, lies on pages of
//! a [`PagePool`]; a module's active data goes straight from its bytes to those pages. The
//! embedding API is the one `wasmtime` users know.
//!
//! ```text
//!  Config ──▶ Engine ──▶ Store<T> ──▶ Memory ─── lease ──▶ PagePool (static)
//!                │          ▲
//!  bytes ──▶  Module ──▶ Linker::instantiate ──▶ Instance ──▶ Func · TypedFunc
//! ```
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
//!         (memory (export "memory") 1 2)
//!         (data (i32.const 4) "page")
//!         (func (export "first") (param i32) (result i32) (i32.load8_u (local.get 0))))"#,
//! ).expect("the text is valid"))?;
//!
//! let mut store = Store::new(&engine, ());
//! let instance = Linker::new(&engine).instantiate(&mut store, &module)?;
//! let first = instance.get_typed_func::<i32, i32>(&mut store, "first")?;
//! assert_eq!(first.call(&mut store, 4)?, i32::from(b'p'));
//! # Ok(())
//! # }
//! ```
#![no_std]

extern crate alloc;

mod builtins;
mod engine;
mod error;
mod func;
mod if_threads;
mod instance;
mod linker;
mod memory;
mod module;
mod schedule;
mod store;
#[cfg(feature = "threads")]
pub mod threads;
mod threads_feature;
mod types;
mod values;
pub mod wasi;
mod world;

pub use engine::Engine;
pub use engine::config::{CompilationMode, Config};
pub use engine::limits::{ModuleLimits, StoreLimits};
pub use error::config::ConfigError;
pub use error::import::ImportMismatch;
pub use error::kind::ErrorKind;
pub use error::limit::{Limit, LimitExceeded};
pub use error::suspended::Suspended;
pub use error::trap::Trap;
pub use error::{Error, HostError};
pub use func::Func;
pub use func::caller::Caller;
pub use func::host::{IntoFunc, WasmRet};
pub use func::typed::{TypedFunc, WasmParams, WasmResults, WasmTy};
pub use instance::{Export, Instance};
pub use linker::Linker;
pub use memory::Memory;
pub use memory::shared::SharedMemory;
pub use module::bytes::ModuleBytes;
pub use module::{ExportType, ImportType, Module};
pub use store::Store;
pub use store::as_context::{AsContext, AsContextMut};
pub use store::context::{StoreContext, StoreContextMut};
pub use store::guard::StoreGuard;
pub use types::func::FuncType;
pub use types::global::{GlobalType, Mutability};
pub use types::table::TableType;
pub use types::value::{RefType, ValType};
pub use types::{ExternKind, ExternType};
pub use values::externs::Extern;
pub use values::global::Global;
pub use values::table::Table;
pub use values::{ExternRef, Ref, Val};
pub use vellum_memory::{
    AccessError, AtomicAccess, AtomicInt, AtomicRmw, BlockAccess, Context, Drained, Dump,
    LockStats, Mailbox, MemoryAccess, MemoryError, MemoryType, MemoryTypeBuilder, Nanoseconds,
    OutOfPages, PAGE_SIZE, PagePool, Platform, PoolStats, TypeError, WAITERS, WaitResult,
};
/// What structures in memories implement: [`Memory::read_value`] and its like take their traits.
pub use zerocopy;
