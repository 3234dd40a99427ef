//! Optional parts of the pass.

use super::error::PrepareError;
use crate::threads_feature::Threads;
use alloc::vec::Vec;

/// Optional parts of the pass.
///
/// ```
/// use vellum_prepare::Options;
///
/// let options = Options::new().threads(true).locked(vec![1]);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Options {
    /// Whether atomic instructions are lowered, and all that can't be resumed is given to the host.
    /// Otherwise atomic instructions stay, and the interpreter refuses them.
    pub threads: bool,
    /// The memories, by index, that may only be reached by calls of the host. Indices of memories
    /// that a module does not have are ignored.
    pub locked: Vec<u32>,
}

impl Options {
    /// # Errors
    ///
    /// When more is asked for than the pass was built with.
    pub(super) fn check(&self) -> Result<(), PrepareError> {
        if Threads::POSSIBLE.is_none() && (self.threads || !self.locked.is_empty()) {
            return Err(PrepareError::invalid(0, "threads are left out of this build"));
        }
        Ok(())
    }

    /// No threads, no locked memories.
    pub const fn new() -> Self {
        Self { threads: false, locked: Vec::new() }
    }

    /// Lowers atomic instructions; `table.grow`, `memory.atomic.wait` and `memory.atomic.notify`
    /// become calls of the host.
    #[must_use]
    pub const fn threads(mut self, threads: bool) -> Self {
        self.threads = threads;
        self
    }

    /// Makes every access to these memories a call of the host; atomic ones only with threads.
    #[must_use]
    pub fn locked(mut self, memories: Vec<u32>) -> Self {
        self.locked = memories;
        self
    }
}
