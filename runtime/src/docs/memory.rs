//! [abandoning]: super::abandoning
//!
#![doc = include_str!("../../docs/memory.md")]
