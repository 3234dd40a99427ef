//! The regions of a memory.

use core::fmt;
use core::iter::FusedIterator;
use core::ops::Range;

use super::layout::{Layout, Places};
use super::paint::StackPaint;
use super::region::{Region, RegionKind};
use super::{digits, format_as_displayed};

/// Zeros that end a run in the long form.
const FOLD: usize = 16;

/// The regions of a memory, printed as one line each: data segments, stack, heap, and what is free.
///
/// `{:#}` also lists the runs of bytes in each that are not zero, with 16 zeros or more folded. There
/// is no line break after the last line.
///
/// ```
/// use vellum_memory::{Layout, MemoryAccess};
///
/// let memory = &mut [0; 64][..];
/// memory.write(32, b"text")?;
/// memory.write(50, &[7, 7])?;
///
/// let segments = [32..36];
/// let layout = Layout::new()
///     .with_segments(&segments)
///     .with("__stack_pointer", 32)
///     .with("__heap_base", 48);
/// assert_eq!(format!("{:#}", memory.map(layout)), "\
/// 0000..0020  stack         32 bytes, all zero
/// 0020..0024  data           4 bytes, 4 not zero
///   0020..0024
/// 0024..0030  free          12 bytes, all zero
/// 0030..0040  heap          16 bytes, 2 not zero
///   0032..0034");
/// # Ok::<(), vellum_memory::AccessError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryMap<'a> {
    bytes: &'a [u8],
    layout: Layout<'a>,
    paint: Option<StackPaint>,
}

impl<'a> MemoryMap<'a> {
    /// The map of a memory with these bytes.
    pub const fn new(bytes: &'a [u8], layout: Layout<'a>) -> Self {
        Self { bytes, layout, paint: None }
    }

    /// The same with the high water of a stack that was painted.
    #[must_use]
    pub const fn with_paint(mut self, paint: StackPaint) -> Self {
        self.paint = Some(paint);
        self
    }

    /// The regions in ascending order; together they are the whole memory. A part of the layout that
    /// lies outside the memory is left out.
    pub fn regions(&self) -> Regions<'a> {
        let (places, segments) = (self.layout.places(), self.layout.segments());
        Regions { map: *self, places, segments, address: 0 }
    }

    fn region(&self, kind: RegionKind, Range { start, end }: Range<usize>) -> Region<'a> {
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        let painted = self.paint.filter(|_| kind == RegionKind::Stack);
        let high_water = painted.and_then(|paint| paint.high_water(self.bytes).ok());
        Region { kind, start, bytes, high_water, digits: digits(self.bytes.len()) }
    }
}

impl fmt::Display for MemoryMap<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = digits(self.bytes.len());
        for (number, region) in self.regions().enumerate() {
            let line_break = if number > 0 { "\n" } else { "" };
            write!(f, "{line_break}{region}")?;
            if f.alternate() && region.high_water().is_none() {
                for Range { start, end } in region.runs(FOLD) {
                    write!(f, "\n  {start:0digits$x}..{end:0digits$x}")?;
                }
            }
        }
        Ok(())
    }
}

format_as_displayed!(MemoryMap<'_>);

/// Iterator over the regions of a memory.
///
/// ```
/// use vellum_memory::{Layout, MemoryAccess, RegionKind};
///
/// let memory = &[0; 64][..];
/// let mut regions = memory.map(Layout::new().with("__heap_base", 48)).regions();
/// assert!(regions.any(|region| region.kind() == RegionKind::Heap));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Regions<'a> {
    map: MemoryMap<'a>,
    places: Places,
    /// The segments that may end behind the address.
    segments: &'a [Range<usize>],
    address: usize,
}

impl Regions<'_> {
    /// The kind of the region at the address, and where its next part begins.
    fn part(&mut self) -> (RegionKind, usize) {
        while let [first, rest @ ..] = self.segments
            && first.end <= self.address
        {
            self.segments = rest;
        }
        let size = self.map.bytes.len();
        let (kind, end) = self.places.at(self.address, self.segments, size);
        // Segments that begin before an earlier one can't stop the iteration.
        (kind, end.clamp(self.address + 1, size))
    }
}

impl<'a> Iterator for Regions<'a> {
    type Item = Region<'a>;

    fn next(&mut self) -> Option<Region<'a>> {
        let (start, size) = (self.address, self.map.bytes.len());
        if start >= size {
            return None;
        }
        let (kind, end) = self.part();
        self.address = end;
        // Segments stay apart: each is one of the module's.
        while kind != RegionKind::Data && self.address < size {
            let (next, end) = self.part();
            if next != kind {
                break;
            }
            self.address = end;
        }
        Some(self.map.region(kind, start..self.address))
    }
}

impl FusedIterator for Regions<'_> {}

#[cfg(test)]
mod tests;
