//! How much is compared.

/// How much is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// Minutes: of each group some shapes.
    Short,
    /// All of it.
    Long,
    /// One of this many shapes.
    Every(usize),
}

impl Extent {
    /// Of how many shapes of a family's groups one is taken.
    pub fn every(self, family: &str) -> usize {
        match (self, family) {
            (Self::Long, _) | (_, "numbers") => 1,
            (Self::Every(every), _) => every,
            (Self::Short, "pairs") => 501,
            (Self::Short, "vectors" | "memory64") => 10_001,
            (Self::Short, "chains") => 7,
            (Self::Short, "comparisons") => 301,
            (Self::Short, _) => 31,
        }
    }

    /// Whether each module runs without fuel and with it, rather than in turns.
    pub fn is_thorough(self) -> bool {
        self != Self::Short
    }
}
