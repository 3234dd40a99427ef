//! What of a board's settings a job changes.

use vellum::{CompilationMode, Config};

/// What of a board's settings a job changes. `None` leaves it as the board has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Pages of 64 KiB that a memory without a declared maximum may grow by.
    pub reserve: Option<u64>,
    /// Bytes of heap that the job may have at once.
    pub heap: Option<usize>,
    /// Bytes of the guest's value stack.
    pub stack: Option<usize>,
    /// Functions of the guest that may be active at once.
    pub calls: Option<usize>,
    /// Whether functions are validated and translated when they are called first.
    pub is_lazy: bool,
    /// Whether the module is loaded without asking whether the heap has room for it, to see what asking takes.
    pub is_unasked: bool,
}

impl Settings {
    /// Changes what an engine is made with.
    pub(super) fn apply(&self, config: &mut Config) {
        if let Some(pages) = self.reserve {
            config.memory_reserve(pages);
        }
        if let Some(bytes) = self.stack {
            config.max_value_stack(bytes);
        }
        if let Some(calls) = self.calls {
            config.max_recursion_depth(calls);
        }
        if self.is_lazy {
            config.compilation_mode(CompilationMode::Lazy);
        }
    }
}
