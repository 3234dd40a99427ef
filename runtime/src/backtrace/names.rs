//! Exports of instrumented modules.

use alloc::{format, string::String};

/// What they begin with.
const PREFIX: &str = "vellum.backtrace.";
/// The export of the memory with the frames.
pub(crate) const STACK: &str = "vellum.backtrace.stack";
/// The export of the global with the number of bytes that the frames take.
pub(crate) const TOP: &str = "vellum.backtrace.top";

/// Whether an export of that name is not the guest's own.
pub(crate) fn is_export(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// The export of the memory of that index.
pub(crate) fn memory(index: u32) -> String {
    format!("{PREFIX}memory.{index}")
}

/// The export of the global of that index.
pub(crate) fn global(index: u32) -> String {
    format!("{PREFIX}global.{index}")
}
