//! The splitter: turns a module into one in parts, which are loaded when they are called first.
//!
//! An interpreter needs heap for all functions of a module that it loads, of which a run calls some.
//! A module in parts lies in flash as a whole, and the heap holds the main module and those parts that
//! were called. Part after part is loaded by the runtime, `vellum`, in engines without threads.
//!
//! ```
//! use vellum_prepare::Options;
//! use vellum_split::{SplitOptions, split};
//!
//! let module = wat::parse_str(r#"(module (func (export "f") (loop (br 0))))"#).unwrap();
//! let split = split(&module, &SplitOptions::new())?;
//! let file = split.prepare(&Options::new())?.to_bytes()?;
//! assert!(file.starts_with(b"\0asm"));
//! # Ok::<(), vellum_split::SplitError>(())
//! ```
//!
//! # What it becomes
//!
//! The main module and the parts are ordinary modules, which [`Split`] shows. Functions that are split
//! off are numbered, in the order of their parts.
//!
//! | of the main module | |
//! |---|---|
//! | imports | one more, the last: the function `("vellum.parts", "load")`, which takes a function's number and loads its part |
//! | tables | one more, the last: the functions that are split off |
//! | globals | one more, the last: the number of the function that is called |
//! | functions | those that use segments or make references of functions, and small leaves; stubs for those that are split off and exported, in a segment or otherwise referred to; a loader for each type; a wrapper for each imported function that parts call |
//! | element segments | one more, the last: it fills the table with the loaders |
//! | exports | more: what the parts import, by names that begin with `vellum.parts.` |
//! | custom sections | none but the module's name |
//!
//! A function that is split off is called through the table, by its number, which the global is set
//! to before. Until its part is loaded the table has a loader there: a function of the same type that
//! has the part loaded and then does the call over again.
//!
//! A host function looks at the exports of the instance that calls it, which a part lacks: so parts call
//! imported functions through wrappers, which references of imported functions are made of, too.
//!
//! A part imports what it uses of the main module, has its functions, and one element segment that
//! writes them to the table. Functions that call each other share a part where they can.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `threads`, by default | parts can be prepared with memories locked |
//! | `interruption` | parts can be prepared for guests that are interruptible |
//! | `memory64` | 64-bit memories |
//! | `simd` | SIMD instructions |
#![cfg_attr(docsrs, feature(doc_cfg))]

mod code;
mod error;
mod main_module;
mod names;
mod options;
mod order;
mod part;
mod plan;
mod references;
mod source;
mod split;
mod stored;
mod types;
mod uses;

pub use error::SplitError;
pub use options::SplitOptions;
pub use split::{Split, split};

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
