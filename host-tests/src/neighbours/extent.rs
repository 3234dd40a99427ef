//! How much is compared.

/// How much is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Minutes: of each group some shapes.
    Short,
    /// All of it.
    Long,
}

impl Extent {
    /// Of how many shapes of a family's groups one is taken.
    pub fn every(self, family: &str) -> usize {
        match (self, family) {
            (Self::Long, _) | (_, "numbers") => 1,
            (Self::Short, _) => 301,
        }
    }

    /// Whether each module runs without fuel and with it, rather than in turns.
    pub fn is_thorough(self) -> bool {
        self == Self::Long
    }
}
