//! The system interface that C's and Rust's start-up need: preview 1 of WASI, as far as a chip has
//! it, and threads by the wasi-threads convention.
//!
//! A guest's arguments and environment are empty, and its only files are the standard streams. It
//! may print, ask for the time and for random bytes, end its program, and, on an engine with
//! [threads](crate::Config::threads), start threads, give way to them and sleep. Pointers that lead out of
//! its memory are errors that it is told.
//!
//! The memory is the one exported as `memory` or, if a program with threads exports none, the one
//! that it imports. `proc_exit` in any thread ends the whole call with [`Error::Exit`], even with
//! code 0, which means success.
//!
//! A thread's instance serves a later thread when it has ended, with the values that mutable
//! globals have by then. Those that compilers make, the stack pointer and the base of thread-local
//! storage, are set by `wasi_thread_start` before it does anything else.
//!
//! ```
//! use std::sync::{Arc, Mutex};
//! use vellum::wasi::{self, Errno, Stream, Wasi};
//! use vellum::{Config, Engine, Error, Linker, Module, PagePool, Store};
//!
//! #[derive(Clone, Default)]
//! struct Printed(Arc<Mutex<Vec<u8>>>);
//!
//! impl Wasi for Printed {
//!     fn write(&mut self, _: Stream, bytes: &[u8]) -> Result<(), Errno> {
//!         self.0.lock().map_err(|_| Errno::Io)?.extend(bytes);
//!         Ok(())
//!     }
//! }
//!
//! static PAGES: PagePool<[u8; vellum::PAGE_SIZE]> = PagePool::new();
//!
//! # fn main() -> Result<(), Error> {
//! let engine = Engine::new(Config::new().page_pool(&PAGES))?;
//! let module = Module::new(&engine, wat::parse_str(
//!     r#"(module
//!         (import "wasi_snapshot_preview1" "fd_write"
//!             (func $write (param i32 i32 i32 i32) (result i32)))
//!         (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
//!         (memory (export "memory") 1 1)
//!         (data (i32.const 16) "\20\00\00\00\05\00\00\00")
//!         (data (i32.const 32) "hello")
//!         (func (export "_start")
//!             (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 0)))
//!             (call $exit (i32.const 3))))"#,
//! ).expect("the text is valid"))?;
//!
//! let printed = Printed::default();
//! let mut store = Store::new(&engine, printed.clone());
//! let mut linker = Linker::new(&engine);
//! wasi::add_to_linker(&mut linker)?;
//! let instance = linker.instantiate(&mut store, &module)?;
//! let start = instance.get_typed_func::<(), ()>(&mut store, "_start")?;
//! assert!(matches!(start.call(&mut store, ()), Err(Error::Exit(3))));
//! assert_eq!(*printed.0.lock().unwrap(), b"hello");
//! # Ok(())
//! # }
//! ```

mod clocks;
mod errno;
mod files;
mod guest;
mod host;
mod poll;
mod process;

pub use errno::Errno;
pub use host::{Clock, Stream, Wasi};

use crate::error::Error;
use crate::linker::Linker;

/// Module name of the system interface.
pub const PREVIEW1: &str = "wasi_snapshot_preview1";
/// Module name of what starts threads.
pub const THREADS: &str = "wasi";

/// Defines the interface's functions in a linker.
///
/// # Errors
///
/// [`Error::DuplicateDefinition`] when one of them is defined already.
pub fn add_to_linker<T: Wasi>(linker: &mut Linker<T>) -> Result<(), Error> {
    files::add(linker, PREVIEW1)?;
    process::add(linker, PREVIEW1)?;
    clocks::add(linker, PREVIEW1)?;
    linker.func_wrap(PREVIEW1, "poll_oneoff", poll::wait::<T>)?;
    linker.func_wrap(THREADS, "thread-spawn", process::spawn::<T>)?;
    Ok(())
}
