//! [Threads]: super::threads
//! [abandoning]: super::abandoning
//! [signing]: super::signing
//! [sharing]: super::sharing
//! [The interpreter]: vellum_prepare#what-is-mended
//!
#![doc = include_str!("../../docs/architecture.md")]
