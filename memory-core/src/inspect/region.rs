//! A part of a memory that is one thing.

use core::fmt;
use core::ops::Range;

use super::format_as_displayed;
use super::runs::Runs;
use crate::thousands::Thousands;

/// What a part of a guest's memory is for.
///
/// ```
/// assert_eq!(vellum_memory::RegionKind::Stack.name(), "stack");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RegionKind {
    /// An active data segment or, if no segments are given, all static data.
    Data,
    /// Static data that is zero at first and so in no segment.
    Bss,
    /// The stack that compilers keep in a memory.
    Stack,
    /// From the heap's base on.
    Heap,
    /// None of the others, as far as the layout tells.
    Free,
}

impl RegionKind {
    /// The kind in one word: `data`, `bss`, `stack`, `heap` or `free`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Data => "data",
            Self::Bss => "bss",
            Self::Stack => "stack",
            Self::Heap => "heap",
            Self::Free => "free",
        }
    }
}

impl fmt::Display for RegionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

format_as_displayed!(RegionKind);

/// A part of a memory that is one thing, printed as one line.
///
/// ```
/// use vellum_memory::{Layout, MemoryAccess};
///
/// let memory = &[0, 1, 2, 0][..];
/// let region = memory.map(Layout::new()).regions().next().expect("there are bytes");
/// assert_eq!((region.range(), region.nonzero(), region.high_water()), (0..4, 2, None));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region<'a> {
    pub(super) kind: RegionKind,
    pub(super) start: usize,
    pub(super) bytes: &'a [u8],
    pub(super) high_water: Option<usize>,
    pub(super) digits: usize,
}

impl<'a> Region<'a> {
    /// What the region is for.
    pub const fn kind(&self) -> RegionKind {
        self.kind
    }

    /// Its addresses, in bytes.
    pub const fn range(&self) -> Range<usize> {
        self.start..self.start + self.bytes.len()
    }

    /// Its bytes.
    pub const fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// How many of its bytes are not zero.
    pub fn nonzero(&self) -> usize {
        self.bytes.iter().filter(|&&byte| byte != 0).count()
    }

    /// Of a painted stack, the most bytes that were in use at once.
    pub const fn high_water(&self) -> Option<usize> {
        self.high_water
    }

    /// The runs of its bytes that are not zero, as [`Runs::new`] finds them.
    pub const fn runs(&self, fold: usize) -> Runs<'a> {
        Runs::new(self.bytes, self.start, fold)
    }
}

impl fmt::Display for Region<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Range { start, end } = self.range();
        let digits = self.digits;
        write!(
            f,
            "{start:0digits$x}..{end:0digits$x}  {:5}  {:9} bytes",
            self.kind,
            Thousands::of(end - start)
        )?;
        match (self.high_water, self.nonzero()) {
            (Some(used), _) => write!(f, ", high water {}", Thousands::of(used)),
            (None, 0) => f.write_str(", all zero"),
            (None, nonzero) => write!(f, ", {} not zero", Thousands::of(nonzero)),
        }
    }
}

format_as_displayed!(Region<'_>);
