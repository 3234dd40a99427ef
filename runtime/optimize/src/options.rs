//! How a module is optimized.

/// How a module is optimized.
///
/// ```
/// use vellum_optimize::OptimizeOptions;
///
/// assert_eq!(OptimizeOptions::new().growth, 50);
/// assert_eq!(OptimizeOptions::new().growth(10).growth, 10);
/// assert_eq!(OptimizeOptions::new().copies, 4);
/// assert_eq!(OptimizeOptions::new().copies(8).copies, 8);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct OptimizeOptions {
    /// How many copies of its body a small loop gets, rounded down to a power of two; a larger one gets fewer. Those
    /// that go round often gain by more of them; those that end early lose, as they pay for a whole round.
    pub copies: u8,
    /// By how much of its bytes, in percent, the module's code may grow, though always by 2 KiB: what the
    /// interpreter translates it to takes heap in proportion. Small loops come first.
    pub growth: u32,
}

impl OptimizeOptions {
    /// Four copies, and code grows by up to a half.
    pub const fn new() -> Self {
        Self { copies: 4, growth: 50 }
    }

    /// Gives a small loop so many copies of its body.
    #[must_use]
    pub const fn copies(mut self, copies: u8) -> Self {
        self.copies = copies;
        self
    }

    /// Lets code grow by so many percent.
    #[must_use]
    pub const fn growth(mut self, growth: u32) -> Self {
        self.growth = growth;
        self
    }
}

impl Default for OptimizeOptions {
    fn default() -> Self {
        Self::new()
    }
}
