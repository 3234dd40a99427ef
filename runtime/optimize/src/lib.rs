//! The optimizer: rewrites a module so that an interpreter that counts fuel runs its loops faster.
//!
//! The interpreter charges fuel at the head of each loop, for a whole round. In an optimized module the
//! innermost loops are unrolled: a round of the new loop is several of the old one, charged at once. Results,
//! traps, memories and globals are those of the module as it was. Only fuel differs: what is left of a round when
//! a loop ends is charged as well.
//!
//! ```
//! use vellum_optimize::{OptimizeOptions, optimize};
//!
//! let text = "(module (func (param i32)
//!     (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))))";
//! let module = wat::parse_str(text).unwrap();
//! let optimized = optimize(&module, &OptimizeOptions::new().growth(1000))?;
//! assert!(optimized.len() > module.len());
//! # Ok::<(), vellum_optimize::OptimizeError>(())
//! ```
//!
//! # What it becomes
//!
//! All indices stay. Of the custom sections only names are kept: those with debug information would tell
//! offsets that are no longer right. A module is instrumented before it is optimized, so that its backtraces tell
//! offsets of the original one; it is split, prepared and signed after.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `memory64` | 64-bit memories |
//! | `simd` | SIMD instructions |
#![cfg_attr(docsrs, feature(doc_cfg))]

mod error;
mod loops;
mod module;
mod optimize;
mod options;
mod plan;
mod unroll;

pub use error::OptimizeError;
pub use optimize::optimize;
pub use options::OptimizeOptions;

/// The example of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
