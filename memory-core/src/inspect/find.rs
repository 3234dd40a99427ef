//! Where something is in a memory.

use core::fmt;
use core::iter::FusedIterator;

use super::{digits, format_as_displayed};

/// Iterator over the addresses where a pattern is, overlapping or not, printed as `0010, 0020`.
///
/// It takes at most as many comparisons as the memory has bytes times those of the pattern. The empty
/// pattern is nowhere.
///
/// ```
/// use vellum_memory::MemoryAccess;
///
/// let memory = &b"one, two, one"[..];
/// assert!(memory.find(b"one").eq([0, 10]));
/// assert_eq!(memory.find(b"one").to_string(), "0000, 000a");
/// assert_eq!(memory.find(b"six").next(), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Find<'a> {
    bytes: &'a [u8],
    pattern: &'a [u8],
    address: usize,
    digits: usize,
}

impl<'a> Find<'a> {
    /// Looks for `pattern` in `bytes`, the first of which has this `address`.
    pub fn new(bytes: &'a [u8], pattern: &'a [u8], address: usize) -> Self {
        let digits = digits(address.saturating_add(bytes.len().saturating_sub(1)));
        Self { bytes, pattern, address, digits }
    }
}

impl Iterator for Find<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.pattern.is_empty() {
            return None;
        }
        let found =
            self.bytes.windows(self.pattern.len()).position(|bytes| bytes == self.pattern)?;
        let address = self.address + found;
        self.bytes = self.bytes.get(found + 1..).unwrap_or_default();
        self.address = address + 1;
        Some(address)
    }
}

impl FusedIterator for Find<'_> {}

impl fmt::Display for Find<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, address) in self.enumerate() {
            let comma = if number > 0 { ", " } else { "" };
            write!(f, "{comma}{address:0digits$x}", digits = self.digits)?;
        }
        Ok(())
    }
}

format_as_displayed!(Find<'_>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_may_overlap_and_end_with_the_memory() {
        assert!(Find::new(b"aaa", b"aa", 5).eq([5, 6]));
        assert!(Find::new(b"aab", b"ab", 0).eq([1]));
    }

    #[test]
    fn what_is_longer_than_the_memory_or_empty_is_nowhere() {
        assert_eq!(Find::new(b"ab", b"abc", 0).next(), None);
        assert_eq!(Find::new(b"ab", b"", 0).next(), None);
        assert_eq!(Find::new(b"", b"", 0).next(), None);
    }
}
