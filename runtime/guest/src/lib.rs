//! What a small WebAssembly guest needs: an allocator, a panic handler and [`log!`].
//!
//! The host is Vellum, which defines what is imported here by `vellum::guest::add_to_linker`, or any other
//! that defines the two functions of [the interface](#the-interface). On a computer, where a guest's own tests
//! run, lines go to the standard error output; on other targets than `wasm32` without an operating system,
//! whose firmware has no use of it but [`interface!`], nowhere.
//!
//! ```
//! use vellum_guest::log;
//!
//! #[unsafe(no_mangle)]
//! extern "C" fn half(value: u32) -> u32 {
//!     if value % 2 == 1 {
//!         log!("{value} is odd");
//!     }
//!     value / 2
//! }
//! assert_eq!(half(5), 2);
//! ```
//!
//! # The interface
//!
//! Both functions are imported from the module `vellum`. Texts are UTF-8 in the memory that the guest
//! exports as `memory`.
//!
//! | function | parameters | what it does |
//! |---|---|---|
//! | `log` | pointer and length of a line | prints it |
//! | `panic` | pointer and length of a message, pointer and length of a file's name, line, column | ends the call with an error |
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `allocator`, by default | the global allocator |
//! | `panic-handler`, by default | the panic handler, for guests without the standard library |
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg(not(any(target_arch = "wasm32", target_os = "none")))]
extern crate std;

mod c_header;
mod define_function;
#[cfg(all(target_arch = "wasm32", feature = "allocator"))]
mod heap;
mod host;
mod interface;
mod line;
#[cfg(all(target_arch = "wasm32", feature = "panic-handler"))]
mod panic;

use core::fmt::{self, Write as _};

pub use host::log;

/// Tells the host a line of text, which is formatted as by [`format!`](core::format_args).
///
/// The text is formatted in 128 bytes of the stack; what is longer takes several lines. A constant text of
/// any length is one line, and needs no code that formats.
///
/// ```
/// vellum_guest::log!("started");
/// vellum_guest::log!("{} of {}", 1, 2);
/// ```
#[macro_export]
macro_rules! log {
    ($($argument:tt)*) => {
        $crate::log_arguments(::core::format_args!($($argument)*))
    };
}

#[doc(hidden)]
#[inline(always)]
pub fn log_arguments(text: fmt::Arguments<'_>) {
    match text.as_str() {
        Some(text) => log(text),
        None => log_formatted(text),
    }
}

#[inline(never)]
fn log_formatted(text: fmt::Arguments<'_>) {
    let mut line = line::Line::new(log);
    // A `Display` that fails has its line end there.
    let _ = line.write_fmt(text);
    log(line.as_str());
}

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
