//! [abandoning]: super::abandoning
//! [parts]: super::parts
//!
#![doc = include_str!("../../docs/memory.md")]
