//! The lists that worlds and linkers keep.

use alloc::vec::Vec;

/// Appends what most have one of: a vector makes room for four at once.
pub(crate) fn push<T>(entries: &mut Vec<T>, entry: T) {
    if entries.is_empty() {
        entries.reserve_exact(1);
    }
    entries.push(entry);
}
