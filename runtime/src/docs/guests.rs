//! [Threads]: super::threads
//! [wasi]: crate::wasi
//!
#![doc = include_str!("../../docs/guests.md")]
