//! [Threads]: super::threads
//! [guest]: crate::guest
//! [wasi]: crate::wasi
//!
#![doc = include_str!("../../docs/guests.md")]
