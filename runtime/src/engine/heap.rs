//! Whether the heap has room for what the interpreter is about to allocate.

use super::config::Config;
use crate::error::Error;

/// Heap bytes of one element of a table.
pub(crate) const TABLE_ELEMENT: usize = size_of::<u32>();

/// Whether the heap has room for a table of `elements`, in one piece.
pub(crate) fn table_fits(config: &Config, elements: usize) -> Result<(), Error> {
    fits(config, elements.saturating_mul(TABLE_ELEMENT))
}

/// Whether the heap has room for so many bytes.
pub(crate) fn fits(config: &Config, needed: usize) -> Result<(), Error> {
    match config.heap_free {
        Some(free) => {
            let free = free();
            if needed > free { Err(Error::OutOfHeap { needed, free }) } else { Ok(()) }
        }
        None => Ok(()),
    }
}
