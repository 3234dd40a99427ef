//! What a look at a function body tells.

/// What a function body may need.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Signs {
    /// Whether there may be something to mend.
    pub(crate) mends: bool,
    /// Whether it has instructions that the interpreter does not know, or not as they are.
    pub(crate) changes: bool,
    /// Whether it has instructions that may take long.
    pub(crate) slow: bool,
}

impl Signs {
    /// What either has.
    pub(crate) const fn or(self, other: Self) -> Self {
        Self {
            mends: self.mends | other.mends,
            changes: self.changes | other.changes,
            slow: self.slow | other.slow,
        }
    }
}
