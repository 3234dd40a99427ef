//! The host's side of `vellum-guest`, the crate for guests in Rust: lines that a guest logs, and its panics.
//! Guests in other languages import the same functions from [`MODULE`]:
//!
//! | function | parameters | what it does |
//! |---|---|---|
//! | `log` | pointer and length of a line | gives it to the host |
//! | `panic` | pointer and length of a message, pointer and length of a file's name, line, column | ends the call with a [`GuestPanic`] |
//!
//! All are `i32`, without results. Texts are UTF-8 in the guest's [memory](Caller::memory); a pointer that
//! leads out of it ends the call with [`Error::Access`], and other bytes end it with a
//! [`Utf8Error`](core::str::Utf8Error) in [`Error::Host`]. A guest with fuel pays one unit for 64 bytes.
//!
//! ```
//! use vellum::guest::{self, GuestPanic};
//! use vellum::{Config, Engine, Error, Linker, Module, PagePool, Store};
//!
//! static PAGES: PagePool<[u8; vellum::PAGE_SIZE]> = PagePool::new();
//!
//! # fn main() -> Result<(), Error> {
//! let engine = Engine::new(Config::new().page_pool(&PAGES))?;
//! let module = Module::new(&engine, wat::parse_str(
//!     r#"(module
//!         (import "vellum" "log" (func $log (param i32 i32)))
//!         (import "vellum" "panic" (func $panic (param i32 i32 i32 i32 i32 i32)))
//!         (memory (export "memory") 1 1)
//!         (data (i32.const 0) "too hot")
//!         (data (i32.const 16) "oven.c")
//!         (func (export "run")
//!             (call $log (i32.const 0) (i32.const 7))
//!             (call $panic (i32.const 0) (i32.const 7) (i32.const 16) (i32.const 6)
//!                 (i32.const 12) (i32.const 5))))"#,
//! ).expect("the text is valid"))?;
//!
//! let mut linker = Linker::new(&engine);
//! guest::add_to_linker(&mut linker, |lines: &mut Vec<String>, line| lines.push(line.to_owned()))?;
//! let mut store = Store::new(&engine, Vec::new());
//! let instance = linker.instantiate(&mut store, &module)?;
//! let run = instance.get_typed_func::<(), ()>(&mut store, "run")?;
//! let error = run.call(&mut store, ()).expect_err("it panics");
//! assert_eq!(*store.data(), ["too hot"]);
//! assert_eq!(error.to_string(), "panic: too hot: oven.c:12:5");
//! assert_eq!(error.downcast_ref::<GuestPanic>().map(GuestPanic::line), Some(12));
//! # Ok(())
//! # }
//! ```

use crate::error::Error;
use crate::func::caller::Caller;
use crate::linker::Linker;
use alloc::boxed::Box;
use core::{fmt, ops::Range};
use vellum_memory::{AccessError, MemoryAccess as _};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

/// Module name of the functions.
pub const MODULE: &str = "vellum";
/// Bytes of a panic's texts that are kept.
const LONGEST: usize = 256;
/// Bytes that one unit of fuel pays for.
const BYTES_PER_FUEL: u64 = 64;

/// Where and why a guest panicked, in [`Error::Host`].
///
/// ```
/// use vellum::{Error, guest::GuestPanic};
///
/// /// Whether a guest is to be loaded anew.
/// fn is_bug(error: &Error) -> bool {
///     error.downcast_ref::<GuestPanic>().is_some_and(|panic| panic.message() != "no sensor")
/// }
/// assert!(!is_bug(&Error::OutOfFuel));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuestPanic {
    message: Box<str>,
    file: Box<str>,
    line: u32,
    column: u32,
}

impl GuestPanic {
    /// What the guest says, of which at most 256 bytes are kept.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The source file, of whose name at most 256 bytes are kept.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The line in that file, from 1 on.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The column in that line, from 1 on.
    pub fn column(&self) -> u32 {
        self.column
    }
}

impl fmt::Display for GuestPanic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { message, file, line, column } = self;
        write!(f, "panic: {message}: {file}:{line}:{column}")
    }
}

impl core::error::Error for GuestPanic {}

/// Defines the functions in a linker. `log` takes each line that a guest logs, and the embedder's data.
///
/// # Errors
///
/// [`Error::DuplicateDefinition`] when one of them is defined already.
pub fn add_to_linker<T: Send + 'static>(
    linker: &mut Linker<T>,
    log: impl Fn(&mut T, &str) + Send + Sync + 'static,
) -> Result<(), Error> {
    let log = move |mut caller: Caller<'_, T>, pointer: u32, length: u32| {
        with_memory(&mut caller, length.into(), |memory, user| {
            log(user, text(memory, pointer, length)?);
            Ok(())
        })
    };
    linker.func_wrap(MODULE, "log", log)?;
    linker.func_wrap(MODULE, "panic", panic::<T>)?;
    Ok(())
}

fn panic<T: Send + 'static>(
    mut caller: Caller<'_, T>,
    message: u32,
    message_length: u32,
    file: u32,
    file_length: u32,
    line: u32,
    column: u32,
) -> Result<(), Error> {
    let bytes = u64::from(message_length) + u64::from(file_length);
    with_memory(&mut caller, bytes, |memory, _| {
        let message = kept(text(memory, message, message_length)?);
        let file = kept(text(memory, file, file_length)?);
        Err(Error::host(GuestPanic { message, file, line, column }))
    })
}

/// Does something with so many bytes of the guest's memory and the embedder's data. For
/// `vellum_guest::interface!`, as is what finds things in that memory.
#[doc(hidden)]
pub fn with_memory<T: Send + 'static, R>(
    caller: &mut Caller<'_, T>,
    bytes: u64,
    f: impl FnOnce(&mut [u8], &mut T) -> Result<R, Error>,
) -> Result<R, Error> {
    caller.consume_fuel(bytes / BYTES_PER_FUEL)?;
    let memory = caller.memory().ok_or_else(|| Error::UnknownExport("memory".into()))?;
    let (bytes, user) = memory.data_and_store_mut(caller)?;
    f(bytes, user)
}

/// A text in a guest's memory.
#[doc(hidden)]
pub fn text(memory: &[u8], pointer: u32, length: u32) -> Result<&str, Error> {
    str::from_utf8(records(memory, pointer, length)?).map_err(Error::host)
}

/// A record in a guest's memory.
#[doc(hidden)]
pub fn record<R>(memory: &[u8], pointer: u32) -> Result<&R, Error>
where
    R: FromBytes + Immutable + KnownLayout,
{
    Ok(memory.view(pointer as usize)?)
}

/// A record in a guest's memory, to change it.
#[doc(hidden)]
pub fn record_mut<R>(memory: &mut [u8], pointer: u32) -> Result<&mut R, Error>
where
    R: FromBytes + IntoBytes + KnownLayout,
{
    Ok(memory.view_mut(pointer as usize)?)
}

/// So many records in a guest's memory.
#[doc(hidden)]
pub fn records<R: FromBytes + Immutable>(
    memory: &[u8],
    pointer: u32,
    length: u32,
) -> Result<&[R], Error> {
    let bytes = memory.slice(range::<R>(pointer, length))?;
    <[R]>::ref_from_bytes(bytes).map_err(|_| misaligned::<R>(pointer))
}

/// So many records in a guest's memory, to change them.
#[doc(hidden)]
pub fn records_mut<R: FromBytes + IntoBytes>(
    memory: &mut [u8],
    pointer: u32,
    length: u32,
) -> Result<&mut [R], Error> {
    let bytes = memory.slice_mut(range::<R>(pointer, length))?;
    <[R]>::mut_from_bytes(bytes).map_err(|_| misaligned::<R>(pointer))
}

fn range<R>(pointer: u32, length: u32) -> Range<usize> {
    let start = pointer as usize;
    start..start.saturating_add((length as usize).saturating_mul(size_of::<R>()))
}

#[cold]
fn misaligned<R>(pointer: u32) -> Error {
    AccessError::Misaligned { offset: pointer as usize, align: align_of::<R>() }.into()
}

/// The start of a text, in whole characters.
fn kept(text: &str) -> Box<str> {
    let (start, _) = text.split_at(text.floor_char_boundary(LONGEST));
    start.into()
}
