//! Optional parts of the pass.

use super::{error::PrepareError, memories::MemoryDecl};
use crate::interruption_feature::Interruptible;
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
    /// Whether all that can't be resumed is given to the host.
    pub threads: bool,
    /// The memories, by index, that may only be reached by calls of the host. Indices of memories
    /// that a module does not have are ignored.
    pub locked: Vec<u32>,
    /// Whether shared memories are another engine's if the module imports all that it has. They are
    /// then locked, and the module is prepared for threads.
    pub lock_shared: bool,
    /// Whether operations that may take long become calls of the host, which can stop in between, or are
    /// done in pieces.
    pub interruptible: bool,
    /// Whether a module that is prepared ahead of time says so even if there was nothing to change, and states
    /// [the heap that it takes](crate::Prepared::stated_bound), as one must that is
    /// [believed](crate::believe).
    pub marked: bool,
}

/// What the options come to for a module, once its memories are known.
pub(super) struct Plan<'a> {
    pub(super) threads: bool,
    pub(super) interruption: Option<Interruptible>,
    options: &'a Options,
    locks_shared: bool,
}

impl Plan<'_> {
    /// Whether the memory of this index is to be locked.
    pub(super) fn locks(&self, index: u32, memory: &MemoryDecl) -> bool {
        self.options.locked.contains(&index) || self.locks_shared && memory.ty.is_shared()
    }
}

impl Options {
    /// # Errors
    ///
    /// When more is asked for than the pass was built with.
    pub(super) fn check(&self) -> Result<(), PrepareError> {
        if Interruptible::POSSIBLE.is_none() && self.interruptible {
            return Err(PrepareError::invalid(0, "interruption is left out of this build"));
        }
        possible(self.threads || !self.locked.is_empty())
    }

    /// # Errors
    ///
    /// When these memories ask for more than the pass was built with.
    pub(super) fn plan(&self, memories: &[MemoryDecl]) -> Result<Plan<'_>, PrepareError> {
        let mut shared = memories.iter().filter(|memory| memory.ty.is_shared()).peekable();
        let locks_shared = self.lock_shared
            && !self.threads
            && shared.peek().is_some()
            && shared.all(|memory| memory.imported);
        possible(locks_shared)?;
        let threads = self.threads || locks_shared;
        let interruption = Interruptible::wanted(self.interruptible);
        Ok(Plan { threads, interruption, options: self, locks_shared })
    }

    /// No threads, no locked memories, not interruptible, not marked.
    pub const fn new() -> Self {
        Self {
            threads: false,
            locked: Vec::new(),
            lock_shared: false,
            interruptible: false,
            marked: false,
        }
    }

    /// Makes `table.grow` a call of the host, as modules of engines with threads need it.
    #[must_use]
    pub const fn threads(mut self, threads: bool) -> Self {
        self.threads = threads;
        self
    }

    /// Makes every access to these memories a call of the host.
    #[must_use]
    pub fn locked(mut self, memories: Vec<u32>) -> Self {
        self.locked = memories;
        self
    }

    /// Takes shared memories for another engine's if the module imports all that it has: locks them, and
    /// prepares the module for threads. Means nothing [with threads](Self::threads).
    #[must_use]
    pub const fn lock_shared(mut self, lock: bool) -> Self {
        self.lock_shared = lock;
        self
    }

    /// Makes `memory.grow`, `memory.fill`, `memory.copy` and `table.grow` calls of the host, which does
    /// them in pieces and can stop in between, and writes `table.init`, `table.copy` and `table.fill` in
    /// pieces.
    #[must_use]
    pub const fn interruptible(mut self, interruptible: bool) -> Self {
        self.interruptible = interruptible;
        self
    }

    /// Has a module that is [prepared ahead of time](crate::prepare_to_vec) say so even if there was nothing
    /// to change, and state [the heap that it takes](crate::Prepared::stated_bound).
    #[must_use]
    pub const fn marked(mut self, marked: bool) -> Self {
        self.marked = marked;
        self
    }
}

fn possible(wanted: bool) -> Result<(), PrepareError> {
    if Threads::POSSIBLE.is_none() && wanted {
        return Err(PrepareError::invalid(0, "threads are left out of this build"));
    }
    Ok(())
}
