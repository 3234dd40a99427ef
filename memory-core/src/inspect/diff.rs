//! What has changed in a memory.

use core::fmt::{self, Write as _};
use core::iter::FusedIterator;
use core::ops::Range;

use super::format_as_displayed;

/// Bytes to a line.
const WIDTH: usize = 8;

/// Iterator over what differs between two moments of a memory, printed as lines of up to 8 bytes.
///
/// The earlier moment is a copy in a buffer of the caller. Bytes that one of them lacks count as zero:
/// so are those by which a memory grows. There is no line break after the last line.
///
/// ```
/// use vellum_memory::MemoryAccess;
///
/// let memory = &mut [0; 32][..];
/// let mut before = [0; 32];
/// memory.read(0, &mut before)?;
///
/// memory.write(4, b"Hello")?;
/// memory.write(17, &[1])?;
/// assert_eq!(memory.diff(&before).to_string(), "\
/// 0004: 00 00 00 00 00 -> 48 65 6c 6c 6f  |.....| -> |Hello|
/// 0011: 00 -> 01  |.| -> |.|");
/// # Ok::<(), vellum_memory::AccessError>(())
/// ```
///
/// A part at a time, where a copy of the whole would be too large:
///
/// ```
/// use vellum_memory::Diff;
///
/// let (before, after) = ([0; 16], [0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9]);
/// let parts = before.chunks(4).zip(after.chunks(4)).enumerate();
/// let changed = parts.flat_map(|(part, (before, after))| Diff::new(before, after, 4 * part));
/// assert!(changed.map(|change| change.range()).eq([2..3, 15..16]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Diff<'a> {
    before: &'a [u8],
    after: &'a [u8],
    address: usize,
    digits: usize,
}

impl<'a> Diff<'a> {
    /// What differs between the bytes at one moment and at a later one, the first of which has this
    /// `address`.
    pub const fn new(before: &'a [u8], after: &'a [u8], address: usize) -> Self {
        let len = if before.len() > after.len() { before.len() } else { after.len() };
        let digits = if address.saturating_add(len) > 0x1_0000 { 8 } else { 4 };
        Self { before, after, address, digits }
    }

    fn longer(&self) -> usize {
        self.before.len().max(self.after.len())
    }

    /// Bytes that are equal, or that differ, at the front.
    fn run(&self, differs: bool) -> usize {
        let byte = |bytes: &[u8], index| bytes.get(index).copied().unwrap_or(0);
        let same =
            |index: &usize| (byte(self.before, *index) != byte(self.after, *index)) == differs;
        (0..self.longer()).take_while(same).count()
    }

    fn take(&mut self, count: usize) -> Change<'a> {
        let split = |bytes: &mut &'a [u8]| {
            let (taken, rest) = bytes.split_at(count.min(bytes.len()));
            *bytes = rest;
            taken
        };
        let (address, digits) = (self.address, self.digits);
        self.address += count;
        Change { address, before: split(&mut self.before), after: split(&mut self.after), digits }
    }
}

impl<'a> Iterator for Diff<'a> {
    type Item = Change<'a>;

    fn next(&mut self) -> Option<Change<'a>> {
        let equal = self.run(false);
        self.take(equal);
        let differing = self.run(true);
        (differing > 0).then(|| self.take(differing))
    }
}

impl FusedIterator for Diff<'_> {}

impl fmt::Display for Diff<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, change) in self.enumerate() {
            let line_break = if number > 0 { "\n" } else { "" };
            write!(f, "{line_break}{change}")?;
        }
        Ok(())
    }
}

format_as_displayed!(Diff<'_>);

/// Bytes in a row that all have changed.
///
/// ```
/// use vellum_memory::Diff;
///
/// let change = Diff::new(b"a cat", b"a hat", 0x20).next().expect("they differ");
/// assert_eq!((change.range(), change.before(), change.after()), (0x22..0x23, &b"c"[..], &b"h"[..]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change<'a> {
    pub(super) address: usize,
    pub(super) before: &'a [u8],
    pub(super) after: &'a [u8],
    digits: usize,
}

impl<'a> Change<'a> {
    /// Their addresses, in bytes.
    pub fn range(&self) -> Range<usize> {
        self.address..self.address + self.before.len().max(self.after.len())
    }

    /// What they were; shorter than [`Change::range`] where the memory has grown.
    pub const fn before(&self) -> &'a [u8] {
        self.before
    }

    /// What they are.
    pub const fn after(&self) -> &'a [u8] {
        self.after
    }
}

impl<'a> fmt::Display for Change<'a> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Range { start, end } = self.range();
        for address in (start..end).step_by(WIDTH) {
            let offset = address - start;
            if offset > 0 {
                f.write_char('\n')?;
            }
            write!(f, "{address:0digits$x}:", digits = self.digits)?;
            let len = WIDTH.min(end - address);
            let line = |bytes: &'a [u8]| {
                (offset..offset + len).map(move |index| bytes.get(index).copied().unwrap_or(0))
            };
            line(self.before).try_for_each(|byte| write!(f, " {byte:02x}"))?;
            f.write_str(" ->")?;
            line(self.after).try_for_each(|byte| write!(f, " {byte:02x}"))?;
            f.write_str("  |")?;
            line(self.before).try_for_each(|byte| f.write_char(crate::dump::printable(byte)))?;
            f.write_str("| -> |")?;
            line(self.after).try_for_each(|byte| f.write_char(crate::dump::printable(byte)))?;
            f.write_char('|')?;
        }
        Ok(())
    }
}

format_as_displayed!(Change<'_>);

#[cfg(test)]
mod tests {
    use std::string::ToString;
    use std::vec::Vec;

    use super::*;

    fn ranges(before: &[u8], after: &[u8]) -> Vec<(usize, usize)> {
        let ranges = Diff::new(before, after, 0x10).map(|change| change.range());
        ranges.map(|Range { start, end }| (start, end)).collect()
    }

    #[test]
    fn runs_of_changes_are_apart() {
        assert_eq!(ranges(b"abcdef", b"aBCdeF"), [(0x11, 0x13), (0x15, 0x16)]);
        assert!(ranges(b"abc", b"abc").is_empty());
        assert!(ranges(b"", b"").is_empty());
    }

    #[test]
    fn bytes_by_which_a_memory_grew_were_zero() {
        assert!(ranges(b"ab", b"ab\0\0").is_empty());
        assert_eq!(ranges(b"ab", b"ab\0\0c"), [(0x14, 0x15)]);
        assert_eq!(ranges(b"ab", b"axy"), [(0x11, 0x13)]);
        assert_eq!(Diff::new(b"ab", b"axy", 0).to_string(), "0001: 62 00 -> 78 79  |b.| -> |xy|");
        assert_eq!(Diff::new(b"abc", b"a", 0).to_string(), "0001: 62 63 -> 00 00  |bc| -> |..|");
    }

    #[test]
    fn long_changes_take_several_lines() {
        assert_eq!(
            Diff::new(&[1; 9], &[2; 9], 0xfffc).to_string(),
            "0000fffc: 01 01 01 01 01 01 01 01 -> 02 02 02 02 02 02 02 02  |........| -> |........|\n\
             00010004: 01 -> 02  |.| -> |.|"
        );
    }
}
