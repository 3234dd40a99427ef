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
mod poll;
mod process;

pub use errno::Errno;

use super::{Error, Linker};

/// Module name of the system interface.
pub const PREVIEW1: &str = "wasi_snapshot_preview1";
/// Module name of what starts threads.
pub const THREADS: &str = "wasi";

/// What the embedder's data does for its guests. Each thread has a clone.
pub trait Wasi: Clone + Send + 'static {
    /// Takes what the guest prints. `bytes` need not be a whole line, nor a whole character.
    ///
    /// # Errors
    ///
    /// What the guest is to be told.
    fn write(&mut self, stream: Stream, bytes: &[u8]) -> Result<(), Errno>;

    /// The time of a clock in nanoseconds. Where there is none, guests have that of the engine's
    /// [platform](crate::Config::platform), if it has a clock.
    fn now(&mut self, clock: Clock) -> Option<u64> {
        let _ = clock;
        None
    }

    /// Nanoseconds between two times that a clock tells apart. 1 if nothing is said.
    fn resolution(&mut self, clock: Clock) -> u64 {
        let _ = clock;
        1
    }

    /// Fills `bytes` with random ones.
    ///
    /// # Errors
    ///
    /// What the guest is to be told; [`Errno::NoSys`] if nothing is said.
    fn random(&mut self, bytes: &mut [u8]) -> Result<(), Errno> {
        let _ = bytes;
        Err(Errno::NoSys)
    }
}

/// Where a guest prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// The standard output.
    Output,
    /// The standard error output.
    Error,
}

/// A clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The time of day: nanoseconds since the start of 1970.
    Realtime,
    /// A clock that never runs backwards, since some moment of its own.
    Monotonic,
}

/// Defines the interface's functions in a linker.
///
/// # Errors
///
/// [`Error::DuplicateDefinition`] when one of them is defined already.
pub fn add_to_linker<T: Wasi>(linker: &mut Linker<T>) -> Result<(), Error> {
    files::add(linker, PREVIEW1)?;
    process::add(linker, PREVIEW1)?;
    clocks::add(linker, PREVIEW1)?;
    linker.func_wrap(THREADS, "thread-spawn", process::spawn::<T>)?;
    Ok(())
}
