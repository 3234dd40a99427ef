//! Runs of bytes that are not zero.

use core::iter::FusedIterator;
use core::ops::Range;

/// Iterator over the runs of a memory's bytes that are not zero, by their addresses.
///
/// ```
/// use vellum_memory::Runs;
///
/// let runs = Runs::new(&[0, 1, 0, 2, 0, 0, 0, 3], 0x10, 2);
/// assert!(runs.eq([0x11..0x14, 0x17..0x18]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runs<'a> {
    bytes: &'a [u8],
    address: usize,
    fold: usize,
}

impl<'a> Runs<'a> {
    /// The runs of `bytes`, the first of which has this `address`. Zeros end a run if there are at
    /// least `fold` of them, or 1 if that is 0.
    pub const fn new(bytes: &'a [u8], address: usize, fold: usize) -> Self {
        Self { bytes, address, fold: if fold == 0 { 1 } else { fold } }
    }

    fn skip(&mut self, count: usize) {
        self.bytes = self.bytes.get(count..).unwrap_or_default();
        self.address += count;
    }
}

impl Iterator for Runs<'_> {
    type Item = Range<usize>;

    fn next(&mut self) -> Option<Range<usize>> {
        let first = self.bytes.iter().position(|&byte| byte != 0)?;
        self.skip(first);
        let start = self.address;
        let mut end = 0;
        for (index, &byte) in self.bytes.iter().enumerate() {
            if byte != 0 {
                end = index + 1;
            } else if index + 1 - end >= self.fold {
                break;
            }
        }
        self.skip(end);
        Some(start..self.address)
    }
}

impl FusedIterator for Runs<'_> {}

#[cfg(test)]
mod tests {
    use std::vec::Vec;

    use super::*;

    fn runs(bytes: &[u8], fold: usize) -> Vec<Range<usize>> {
        Runs::new(bytes, 0, fold).collect()
    }

    #[test]
    fn zeros_are_folded_from_a_length_on() {
        let bytes = [5, 0, 0, 6, 0, 7];
        assert_eq!(runs(&bytes, 0), [0..1, 3..4, 5..6]);
        assert_eq!(runs(&bytes, 2), [0..1, 3..6]);
        assert_eq!(Runs::new(&bytes, 0, usize::MAX).next(), Some(0..6));
    }

    #[test]
    fn nothing_is_found_in_zeros() {
        assert!(runs(&[], 4).is_empty());
        assert!(runs(&[0; 100], 4).is_empty());
    }

    #[test]
    fn a_run_may_end_with_the_memory() {
        assert_eq!(runs(&[0, 0, 1, 0], 3), vec_of(2..3));
        assert_eq!(runs(&[0, 0, 0, 1], 1), vec_of(3..4));
    }

    fn vec_of(range: Range<usize>) -> Vec<Range<usize>> {
        core::iter::once(range).collect()
    }
}
