//! How a module is split.

/// How a module is split.
///
/// ```
/// use vellum_split::SplitOptions;
///
/// assert_eq!(SplitOptions::new().part_bytes, 512);
/// assert_eq!(SplitOptions::new().part_bytes(256).part_bytes, 256);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct SplitOptions {
    /// How many bytes of code a part may hold. A larger function is a part of its own.
    pub part_bytes: usize,
}

impl SplitOptions {
    /// Parts of up to 512 bytes of code.
    pub const fn new() -> Self {
        Self { part_bytes: 512 }
    }

    /// Lets a part hold so many bytes of code.
    ///
    /// Small parts need little heap at a time. Each keeps about a hundred bytes besides its code, and
    /// calls within a part are faster than those from one to another.
    #[must_use]
    pub const fn part_bytes(mut self, bytes: usize) -> Self {
        self.part_bytes = bytes;
        self
    }
}

impl Default for SplitOptions {
    fn default() -> Self {
        Self::new()
    }
}
