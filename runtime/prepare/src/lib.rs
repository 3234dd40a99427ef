//! The module pass: turns any module into one that the interpreter runs with its memory on pages.
//!
//! The interpreter would put the memories that a module defines on the heap, copy data there, and
//! run the start function before the host can step in. [`prepare`] takes these out of a module and
//! says what they were. [`prepare_to_vec`] does the same ahead of time, on a PC or in a build script,
//! and stores what they were in the module, so that [`prepare`] finds its work done.
//!
//! Nothing is renumbered, because everything is appended:
//!
//! | in the module | in the code |
//! |---|---|
//! | defined memories | trailing imports, `("vellum", index)`; memory indices stay |
//! | `shared` in the type of a memory | dropped; remembered in [`MemoryDecl`] |
//! | data segments | passive and empty at the same index |
//! | `memory.init`, `data.drop` | calls of [helpers](Helper) through a trailing table, exported; their types trail too |
//! | offsets of data that are not plain constants | trailing immutable globals, exported |
//! | the start section | an export |
//! | atomic instructions | plain instructions, with trailing local variables |
//! | `memory.atomic.wait`, `memory.atomic.notify` | calls of helpers |
//! | `table.grow`, with [threads](Options::threads) | calls of helpers |
//! | `memory.grow`, `memory.fill`, `memory.copy`, `table.grow`, where guests are [interruptible](Options::interruptible) | calls of helpers |
//! | `table.init`, `table.copy`, `table.fill`, where guests are interruptible | the same in pieces, with trailing local variables |
//! | every access to a [locked](Options::locked) memory | a call of a helper |
//! | the minimum of a locked memory that the module imports | 0; remembered in [`MemoryDecl`] |
//! | what the interpreter [translates wrongly](#what-is-mended) | other code that means the same |
//! | custom sections | dropped when anything else changes; of the names [the module's](Prepared::name) is kept |
//!
//! The pass does not validate function bodies: [`Prepared::validate`] does, of what the pass has made. It checks what
//! the code no longer shows: the types of memories, the memory indices of data, the type of the start
//! function, the order and length of sections, the immediates of instructions that it replaces, and
//! references to what is appended. No module that is invalid becomes valid by it.
//!
//! What is appended counts against limits that the interpreter has: of a module that needs helpers
//! 99 tables are its own, not 100, and a function whose instructions are lowered has a few local
//! variables fewer than the interpreter allows, which is 30,000. With more, the interpreter
//! refuses it.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `threads`, by default | lowers atomic instructions, which else stay and are refused by the interpreter, and accesses to locked memories |
//! | `interruption` | gives operations that may take long to the host |
//! | `defmt` | `defmt::Format` for errors and descriptions |
//! | `memory64` | 64-bit memories |
//! | `simd` | SIMD instructions |
//! | `validate` | a function that validates a module by `wasmparser`, for programs on a PC |
//!
//! # What is mended
//!
//! The interpreter, `wasmi` 2.0.0, translates some valid code wrongly. Such code is written in another
//! way, here as in all modules that are loaded; `docs/interpreter.md` in the source of `vellum` lists
//! it. Code without a fault stays byte for byte as it was. A module that says it is prepared is refused
//! if it has any.
//!
//! ```
//! # fn main() -> Result<(), vellum_prepare::PrepareError> {
//! use vellum_prepare::{Offset, Options, prepare, prepare_to_vec};
//!
//! let module = wat::parse_str(r#"(module (memory 1) (data (i32.const 8) "page"))"#).unwrap();
//! let ahead = prepare_to_vec(&module, &Options::new())?;
//!
//! let prepared = prepare(&ahead, &Options::new())?;
//! assert_eq!(*prepared.code, ahead);
//! assert_eq!(prepared.memories[0].ty.minimum(), 1);
//! let active = prepared.data[0].active.expect("it is an active segment");
//! assert_eq!((active.memory, active.offset), (0, Offset::Const(8)));
//! assert_eq!(&ahead[prepared.data[0].bytes.clone()], b"page");
//! # Ok(())
//! # }
//! ```
#![no_std]
#![cfg_attr(docsrs, feature(doc_cfg))]

extern crate alloc;

mod access;
mod assembler;
mod atomics;
mod believed;
mod block_kind;
mod body;
mod bound;
mod call;
mod change;
mod custom;
mod data;
mod emit;
mod error;
mod find;
mod helper;
mod helper_code;
mod host_table;
mod imports_only;
mod interruption_feature;
mod items;
mod layout;
mod leb;
mod locked;
mod lookup;
mod lowering;
mod memories;
mod memory_argument;
mod mend;
mod module_name;
mod names;
mod opcode;
mod options;
mod output;
mod prepared;
mod proof_of_feature;
mod reader;
mod references;
mod replace;
mod scan;
mod scratch;
mod section;
mod shared;
mod sizes;
mod start;
mod stored;
mod suspect;
mod table_pieces;
mod tables;
mod threads_feature;
#[cfg(feature = "validate")]
mod validate;
mod validation;
mod verify;

pub use access::Access;
pub use bound::{Bound, FunctionBound, Heap, InstanceBound, Loading};
pub use data::{Active, DataSegment, Offset};
pub use error::PrepareError;
pub use helper::{Helper, ReferenceType, ValueType};
pub use host_table::MAX_HELPERS;
pub use imports_only::imports_only;
pub use memories::MemoryDecl;
pub use names::{Name, Names};
pub use options::Options;
pub use prepared::{Prepared, believe, prepare, prepare_to_vec};
pub use shared::shares_memory;
pub use sizes::Sizes;
pub use stored::VERSION;
#[cfg(feature = "validate")]
pub use validate::{Invalid, validate};
pub use validation::{Proposals, Weight, validate_code};

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
