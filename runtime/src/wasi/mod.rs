//! The system interface of C's, Rust's and Zig's programs: preview 1 of WASI, as far as a chip has it,
//! and threads by the wasi-threads convention.
//!
//! A guest may print, read its arguments and environment, ask for the time and for random bytes, sleep,
//! end its program, and, on an engine with [threads](crate::Config::threads), start threads and give way
//! to them. Its only files are the standard streams, and its input is at its end. All other functions of
//! preview 1 are there too, so that every program starts, and answer with the error that fits:
//! [`Errno::BadF`] of a file that is not open, [`Errno::NoEnt`] of a path in the current directory,
//! [`Errno::SPipe`] of a position in a stream. Pointers that lead out of its memory are errors that it is
//! told. Programs of 2019 import the same functions from `wasi_unstable`.
//!
//! A call that blocks on an engine without threads sleeps where it is, if the
//! [platform](crate::Config::platform) has a clock; one that is [polled](crate::TypedFunc::call_async) gives
//! way to others. [`Config::max_wait`](crate::Config::max_wait) bounds how long.
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
mod refused;
mod strings;

pub use errno::Errno;
pub use host::{Clock, Stream, Wasi};

use crate::error::Error;
use crate::func::caller::Caller;
use crate::linker::Linker;
use crate::module::Module;
use strings::{arguments, environment};

/// Module name of the system interface.
pub const PREVIEW1: &str = "wasi_snapshot_preview1";
/// Module name of the version before it.
pub const UNSTABLE: &str = "wasi_unstable";
/// Module name of what starts threads.
pub const THREADS: &str = "wasi";

const THREAD_SPAWN: &str = "thread-spawn";
/// The functions that do something.
const FUNCTIONS: [&str; 14] = [
    "args_get",
    "args_sizes_get",
    "clock_res_get",
    "clock_time_get",
    "environ_get",
    "environ_sizes_get",
    "fd_fdstat_get",
    "fd_filestat_get",
    "fd_read",
    "fd_write",
    "poll_oneoff",
    "proc_exit",
    "random_get",
    "sched_yield",
];

/// The sizes of records that differ between the versions, in bytes.
#[derive(Clone, Copy)]
struct Layout {
    file_stat: usize,
    subscription: usize,
    /// Where in a subscription the clock is described.
    clock: usize,
}

impl Layout {
    /// That of the version with this name.
    fn of(module: &str) -> Option<Self> {
        match module {
            PREVIEW1 => Some(Self { file_stat: 64, subscription: 48, clock: 16 }),
            UNSTABLE => Some(Self { file_stat: 56, subscription: 56, clock: 24 }),
            _ => None,
        }
    }
}

/// Defines all functions of the interface in a linker.
///
/// # Errors
///
/// [`Error::DuplicateDefinition`] when one of them is defined already.
pub fn add_to_linker<T: Wasi>(linker: &mut Linker<T>) -> Result<(), Error> {
    for module in [PREVIEW1, UNSTABLE] {
        for name in FUNCTIONS.into_iter().chain(refused::names()) {
            define(linker, module, name)?;
        }
    }
    define(linker, THREADS, THREAD_SPAWN)
}

/// Defines those functions of the interface that `module` imports, which takes less heap than
/// [`add_to_linker`]. What is defined already stays.
///
/// ```
/// use vellum::wasi::{self, Errno, Stream, Wasi};
/// use vellum::{Config, Engine, Linker, Module, Store};
///
/// #[derive(Clone)]
/// struct Silent;
///
/// impl Wasi for Silent {
///     fn write(&mut self, _: Stream, _: &[u8]) -> Result<(), Errno> {
///         Ok(())
///     }
/// }
///
/// # fn main() -> Result<(), vellum::Error> {
/// let engine = Engine::new(&Config::new())?;
/// let module = Module::new(&engine, wat::parse_str(
///     r#"(module (import "wasi_snapshot_preview1" "fd_close" (func (param i32) (result i32))))"#,
/// ).expect("the text is valid"))?;
/// let mut linker = Linker::new(&engine);
/// wasi::add_imports_to_linker(&mut linker, &module)?;
/// let mut store = Store::new(&engine, Silent);
/// assert_eq!(linker.iter(&mut store)?.count(), 1);
/// linker.instantiate(&mut store, &module)?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// None that is to be expected.
pub fn add_imports_to_linker<T: Wasi>(
    linker: &mut Linker<T>,
    module: &Module,
) -> Result<(), Error> {
    for import in module.imports() {
        match define(linker, import.module(), import.name()) {
            Ok(()) | Err(Error::DuplicateDefinition { .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Defines the function of that name, if there is one.
fn define<T: Wasi>(linker: &mut Linker<T>, module: &str, name: &str) -> Result<(), Error> {
    let Some(layout) = Layout::of(module) else {
        if (module, name) == (THREADS, THREAD_SPAWN) {
            linker.func_wrap(module, name, process::spawn::<T>)?;
        }
        return Ok(());
    };
    match name {
        "args_get" | "environ_get" => {
            let strings = if name == "args_get" { arguments::<T> } else { environment::<T> };
            linker.func_wrap(module, name, move |caller: Caller<'_, T>, list, bytes| {
                strings::list(caller, strings, list, bytes)
            })
        }
        "args_sizes_get" | "environ_sizes_get" => {
            let strings = if name == "args_sizes_get" { arguments::<T> } else { environment::<T> };
            linker.func_wrap(module, name, move |caller: Caller<'_, T>, count, bytes| {
                strings::sizes(caller, strings, count, bytes)
            })
        }
        "clock_res_get" => linker.func_wrap(module, name, clocks::resolution::<T>),
        "clock_time_get" => linker.func_wrap(module, name, clocks::time::<T>),
        "fd_fdstat_get" => linker.func_wrap(module, name, files::stat::<T>),
        "fd_filestat_get" => {
            linker.func_wrap(module, name, move |caller: Caller<'_, T>, file, result| {
                files::file_stat(caller, layout.file_stat, file, result)
            })
        }
        "fd_read" => linker.func_wrap(module, name, files::read::<T>),
        "fd_write" => linker.func_wrap(module, name, files::write::<T>),
        "poll_oneoff" => linker.func_wrap(
            module,
            name,
            move |caller: Caller<'_, T>, subscriptions, events, count, written| {
                poll::wait(caller, layout, subscriptions, events, count, written)
            },
        ),
        "proc_exit" => linker.func_wrap(module, name, process::exit),
        "random_get" => linker.func_wrap(module, name, process::random::<T>),
        "sched_yield" => linker.func_wrap(module, name, process::give_way::<T>),
        _ => return refused::add(linker, module, name),
    }?;
    Ok(())
}
