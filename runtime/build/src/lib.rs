//! For build scripts of firmware: prepares guests, so that the chip need not, and fails the build when one
//! takes more flash, memory or heap than it may.
//!
//! A build script names the guest and its budget:
//!
//! ```no_run
//! vellum_build::Guest::new("guests/blink.wasm")
//!     .flash_bytes(2 * 1024)
//!     .memory_bytes(4 * 1024)
//!     .heap_bytes(16 * 1024)
//!     .embed();
//! ```
//!
//! and the firmware has its bytes by
//! `include_bytes!(concat!(env!("OUT_DIR"), "/blink.wasm"))`. A guest that takes more fails the build:
//!
//! ```text
//! error: firmware@0.1.0: guests/blink.wasm: over budget: flash 2,312 of 2,048 bytes
//! ```
//!
//! Nothing is run and no board is needed: what a guest takes is read off its bytes. `vellum run` and
//! `vellum budget` measure it on an emulated chip.
//!
//! # Features
//!
//! | feature | what it adds |
//! |---|---|
//! | `threads`, by default | guests for engines with threads |
//! | `interruption` | guests that are interruptible |
//! | `memory64` | 64-bit memories |
//! | `simd` | SIMD instructions |
//! | `wat` | guests in the text format |
#![cfg_attr(docsrs, feature(doc_cfg))]

mod budget;
mod cost;
mod error;
mod guest;
mod thousands;

pub use cost::Cost;
pub use error::Error;
pub use guest::{Embedded, Guest};
pub use vellum_prepare::{Loading, Options};
