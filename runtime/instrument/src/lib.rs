//! The instrumenter: rewrites a module so that a guest that fails leaves a backtrace, and names the frames.
//!
//! An interpreter that translates a module for speed does not tell where a guest stopped. An instrumented
//! module does so itself: it keeps a shadow stack in a memory of its own, which the runtime, `vellum` with the
//! feature `backtrace`, reads when a call of the guest fails. [`Symbols`] turns what it reads into
//! functions, files and lines, by the original module.
//!
//! ```
//! use vellum_instrument::{InstrumentOptions, Symbols, instrument};
//!
//! let text = r#"(module (func $main (export "main") (call $fail)) (func $fail unreachable))"#;
//! let module = wat::parse_str(text).unwrap();
//! let instrumented = instrument(&module, &InstrumentOptions::new().frames(32))?;
//! assert!(instrumented.starts_with(b"\0asm"));
//! assert_eq!(Symbols::of(&module)?.function(1).as_deref(), Some("fail"));
//! # Ok::<(), vellum_instrument::InstrumentError>(())
//! ```
//!
//! # What it becomes
//!
//! All indices stay, but for those of functions in a profiled module. The module has
//!
//! | | more, as the last |
//! |---|---|
//! | memories | one with pages of one byte: a frame of eight bytes for each active function |
//! | globals | the bytes that the frames take |
//! | exports | both, as `vellum.backtrace.stack` and `vellum.backtrace.top`; for a core dump also all others |
//! | imports, for a profile | the function `("vellum.profile", "sample")`, which takes units; and a global that counts them down |
//! | types | those of blocks with several results, around bodies that are left by a branch |
//!
//! A function pushes a frame when it is entered, writes where it is before each instruction that may trap or
//! call, and pops the frame when it returns or makes a tail call. Functions that can do neither, and have no loop,
//! stay as they are. A recursion that is deeper than the shadow stack goes on, and counts.
//!
//! Custom sections are dropped, but for names.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `dwarf`, by default | files, lines and inlined functions, by the module's debug information |
//! | `memory64` | 64-bit memories |
//! | `simd` | SIMD instructions |
#![cfg_attr(docsrs, feature(doc_cfg))]

mod code;
mod core_dump;
mod costs;
mod effects;
mod error;
mod instrument;
mod layout;
mod lines;
mod module;
mod names;
mod options;
mod source;
mod symbol;
mod symbols;

pub use core_dump::{CoreDump, GlobalValue, MemoryImage};
pub use error::InstrumentError;
pub use instrument::instrument;
pub use options::InstrumentOptions;
pub use symbol::{Location, Symbol};
pub use symbols::Symbols;

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
