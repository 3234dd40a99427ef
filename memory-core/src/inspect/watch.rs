//! Who was the first to write to a range.

use core::fmt;
use core::ops::Range;

use super::diff::{Change, Diff};
use crate::access::{MemoryAccess, bytes};
use crate::error::AccessError;

/// A watch on a range of a memory, which tells who was the first to change it.
///
/// It holds a copy of the range, and looks for a difference when it is [checked](Watch::check): after
/// a slice of a guest, or after a host function. Who wrote is whoever ran since the check before. It
/// can't see a write of the value that is there already, one that is undone before the next check, the
/// instruction that wrote, or which of several that ran since the check before it was.
///
/// ```
/// use vellum_memory::{MemoryAccess, Watch};
///
/// let memory = &mut [0; 64][..];
/// let mut copy = [0; 4];
/// let mut watch = Watch::new(memory, 16, &mut copy)?;
///
/// memory.write(8, b"elsewhere")?;
/// assert!(watch.check(memory, "the first call")?);
/// memory.write(30, b"elsewhere")?;
/// assert!(watch.check(memory, "the second call")?);
///
/// let written = watch.first().expect("byte 16 was written");
/// assert_eq!(written.to_string(), "the first call wrote 0010: 00 -> 65  |.| -> |e|");
/// # Ok::<(), vellum_memory::AccessError>(())
/// ```
#[derive(Debug)]
pub struct Watch<'a, W> {
    offset: usize,
    copy: &'a mut [u8],
    first: Option<First<W>>,
}

/// The first change, as far as it is shown.
#[derive(Debug)]
struct First<W> {
    writer: W,
    /// Within the copy.
    range: Range<usize>,
    after: [u8; SHOWN],
}

/// Bytes of a change that are kept.
const SHOWN: usize = 8;

impl<'a, W> Watch<'a, W> {
    /// Watches as many bytes from `offset` on as `copy` holds, which need not be cleared.
    ///
    /// # Errors
    ///
    /// If some of the bytes lie outside the memory.
    pub fn new(
        memory: &(impl MemoryAccess + ?Sized),
        offset: usize,
        copy: &'a mut [u8],
    ) -> Result<Self, AccessError> {
        memory.read(offset, copy)?;
        Ok(Self { offset, copy, first: None })
    }

    /// The watched addresses, in bytes.
    pub const fn range(&self) -> Range<usize> {
        self.offset..self.offset + self.copy.len()
    }

    /// Tells whether the range has been written to, by `writer` if it was not before this check.
    ///
    /// # Errors
    ///
    /// If some of the bytes lie outside the memory, which then is another one.
    pub fn check(
        &mut self,
        memory: &(impl MemoryAccess + ?Sized),
        writer: W,
    ) -> Result<bool, AccessError> {
        if self.first.is_none() {
            let now = bytes(memory.data(), self.offset, self.copy.len())?;
            if let Some(change) = Diff::new(self.copy, now, 0).next() {
                let Range { start, end } = change.range();
                let shown = &change.after()[..SHOWN.min(end - start)];
                let mut after = [0; SHOWN];
                after[..shown.len()].copy_from_slice(shown);
                let range = start..start + shown.len();
                self.first = Some(First { writer, range, after });
            }
        }
        Ok(self.first.is_some())
    }

    /// The first write that was seen.
    pub fn first(&self) -> Option<Written<'_, W>> {
        let First { writer, range, after } = self.first.as_ref()?;
        let before = self.copy.get(range.clone())?;
        let after = after.get(..before.len())?;
        let change = Diff::new(before, after, self.offset + range.start).next()?;
        Some(Written { writer, change })
    }
}

/// The first write that a [`Watch`] has seen.
///
/// ```
/// use vellum_memory::{MemoryAccess, Watch};
///
/// let memory = &mut [0; 8][..];
/// let mut copy = [0; 8];
/// let mut watch = Watch::new(memory, 0, &mut copy)?;
/// memory.write(3, &[1])?;
/// watch.check(memory, 'A')?;
/// let written = watch.first().expect("byte 3 was written");
/// assert_eq!((*written.writer, written.change.range()), ('A', 3..4));
/// # Ok::<(), vellum_memory::AccessError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written<'a, W> {
    /// Who ran since the check before.
    pub writer: &'a W,
    /// What had changed at the lowest address: up to 8 bytes of it.
    pub change: Change<'a>,
}

impl<W: fmt::Display> fmt::Display for Written<'_, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} wrote {}", self.writer, self.change)
    }
}

#[cfg(feature = "defmt")]
impl<W: defmt::Format> defmt::Format for Written<'_, W> {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{} wrote {}", self.writer, self.change);
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn only_the_range_is_watched() {
        let memory = &mut [0; 32][..];
        let mut copy = [9; 4];
        let mut watch = Watch::new(memory, 8, &mut copy).unwrap();
        memory[7] = 1;
        memory[12] = 1;
        assert_eq!((watch.check(memory, 1), watch.range()), (Ok(false), 8..12));
        assert_eq!(watch.first(), None);
        memory[11] = 1;
        assert_eq!(watch.check(memory, 2), Ok(true));
        assert_eq!(watch.first().unwrap().to_string(), "2 wrote 000b: 00 -> 01  |.| -> |.|");
    }

    #[test]
    fn the_first_write_is_kept_and_shortened() {
        let memory = &mut [0; 32][..];
        let mut copy = [0; 32];
        let mut watch = Watch::new(memory, 0, &mut copy).unwrap();
        memory[4..20].fill(7);
        assert_eq!(watch.check(memory, "a"), Ok(true));
        memory.fill(0);
        assert_eq!(watch.check(memory, "b"), Ok(true));
        let written = watch.first().unwrap();
        assert_eq!((*written.writer, written.change.range()), ("a", 4..12));
        assert_eq!(written.change.after(), [7; 8]);
    }

    #[test]
    fn a_range_outside_is_an_error() {
        let memory = &[0; 8][..];
        let mut copy = [0; 4];
        assert!(Watch::<()>::new(memory, 5, &mut copy).is_err());
        let mut watch = Watch::new(memory, 4, &mut copy).unwrap();
        assert!(watch.check(&memory[..7], ()).is_err());
    }
}
