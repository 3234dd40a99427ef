//! Where a linker has put what a guest keeps in its memory.

use core::ops::Range;

use super::region::RegionKind;

/// Where a linker has put data, stack and heap in a guest's memory, as far as it is known.
///
/// LLVM's linker knows these places as symbols ([`Layout::SYMBOLS`]), whose values modules export as
/// globals if asked to: `-Wl,--export=__heap_base`. A layout that knows nothing is valid, too.
///
/// ```
/// use vellum_memory::Layout;
///
/// let layout = Layout::new()
///     .with("__stack_pointer", 1024)
///     .with("__data_end", 1040)
///     .with("__heap_base", 1056);
/// assert_eq!(layout.stack(), Some(0..1024));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Layout<'a> {
    segments: &'a [Range<usize>],
    global_base: Option<usize>,
    data_end: Option<usize>,
    stack_pointer: Option<usize>,
    stack_low: Option<usize>,
    heap_base: Option<usize>,
}

impl<'a> Layout<'a> {
    /// The linker's symbols that tell of a layout.
    ///
    /// `__stack_pointer` is meant with its initial value, which is that of `__stack_high`.
    pub const SYMBOLS: [&'static str; 6] = [
        "__global_base",
        "__data_end",
        "__stack_pointer",
        "__stack_high",
        "__stack_low",
        "__heap_base",
    ];

    /// A layout of which nothing is known.
    pub const fn new() -> Self {
        Self {
            segments: &[],
            global_base: None,
            data_end: None,
            stack_pointer: None,
            stack_low: None,
            heap_base: None,
        }
    }

    /// The same with active data segments at these addresses, in ascending order. What lies before
    /// the start of an earlier one is not shown.
    #[must_use]
    pub const fn with_segments(mut self, segments: &'a [Range<usize>]) -> Self {
        self.segments = segments;
        self
    }

    /// The same with the address of a symbol of the linker. Any but [`Layout::SYMBOLS`] is ignored.
    #[must_use]
    pub fn with(mut self, symbol: &str, address: usize) -> Self {
        let known = match symbol {
            "__global_base" => &mut self.global_base,
            "__data_end" => &mut self.data_end,
            "__stack_pointer" | "__stack_high" => &mut self.stack_pointer,
            "__stack_low" => &mut self.stack_low,
            "__heap_base" => &mut self.heap_base,
            _ => return self,
        };
        *known = Some(address);
        self
    }

    /// The active data segments.
    pub const fn segments(&self) -> &'a [Range<usize>] {
        self.segments
    }

    /// The stack that compilers keep in a memory, which grows towards 0; [`None`] if it is not known
    /// where it is.
    ///
    /// Where neither `__data_end` nor `__stack_low` is known, it begins behind the last segment below its
    /// top; static data without a value may be at its low end then, see [`Layout::is_stack_exact`].
    pub fn stack(&self) -> Option<Range<usize>> {
        let high = self.stack_pointer?;
        let low = match (self.stack_low, self.data_end) {
            (Some(low), _) => low,
            (None, Some(end)) if end <= high => end,
            (None, Some(_)) => 0,
            (None, None) => {
                let below = self.segments.iter().filter(|segment| segment.start < high);
                below.map(|segment| segment.end).max().unwrap_or(0)
            }
        };
        Some(low.min(high)..high)
    }

    /// Whether nothing but the stack can be in the range of [`Layout::stack`], so that it may be
    /// [painted](crate::StackPaint).
    pub fn is_stack_exact(&self) -> bool {
        let Some(high) = self.stack_pointer else { return false };
        let is_above = |segment: &Range<usize>| segment.start >= high;
        self.stack_low.is_some()
            || self.data_end.is_some()
            || (!self.segments.is_empty() && self.segments.iter().all(is_above))
    }

    /// Static data: segments, and what is zero at first.
    fn statics(&self) -> Option<Range<usize>> {
        let stack = self.stack();
        let end = self.data_end?;
        let behind_stack = stack.filter(|stack| stack.end <= end).map(|stack| stack.end);
        let first = self.segments.first().map(|segment| segment.start);
        let start = self.global_base.or(first).or(behind_stack).unwrap_or(0);
        Some(start.min(end)..end)
    }

    /// Where everything but the segments is, worked out once.
    pub(super) fn places(&self) -> Places {
        let unnamed = if self.segments.is_empty() { RegionKind::Data } else { RegionKind::Bss };
        let heap = self.heap_base.map(|base| base..usize::MAX);
        Places {
            ranges: [
                (self.stack(), RegionKind::Stack),
                (heap, RegionKind::Heap),
                (self.statics(), unnamed),
            ],
        }
    }
}

/// Where everything but the segments is: of what overlaps, the first counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Places {
    ranges: [(Option<Range<usize>>, RegionKind); 3],
}

impl Places {
    /// The region at an address of a memory of `size` bytes, and where it ends at the latest.
    /// `segments` are those that end behind the address.
    pub(super) fn at(
        &self,
        address: usize,
        segments: &[Range<usize>],
        size: usize,
    ) -> (RegionKind, usize) {
        let mut end = size;
        if let Some(segment) = segments.first() {
            if segment.contains(&address) {
                return (RegionKind::Data, segment.end);
            }
            end = segment.start.min(size);
        }
        for (range, kind) in &self.ranges {
            let Some(range) = range else { continue };
            if range.contains(&address) {
                return (*kind, range.end.min(end));
            }
            if range.start > address {
                end = end.min(range.start);
            }
        }
        (RegionKind::Free, end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_may_lie_before_or_behind_the_data() {
        let first = Layout::new().with("__stack_pointer", 64).with("__data_end", 80);
        let behind = Layout::new().with("__stack_high", 64).with("__data_end", 48);
        assert_eq!((first.stack(), behind.stack()), (Some(0..64), Some(48..64)));
        assert!(first.is_stack_exact() && behind.is_stack_exact());
        assert_eq!(behind.with("__stack_low", 50).stack(), Some(50..64));
        assert_eq!(behind.with("__stack_low", 90).stack(), Some(64..64));
    }

    #[test]
    fn a_stack_whose_end_is_guessed_is_not_exact() {
        let layout = Layout::new().with("__stack_pointer", 64);
        assert_eq!((layout.stack(), layout.is_stack_exact()), (Some(0..64), false));
        let segments = [16..20, 24..32];
        let behind = layout.with_segments(&segments);
        assert_eq!((behind.stack(), behind.is_stack_exact()), (Some(32..64), false));
        let segments = [64..70, 72..80];
        let before = layout.with_segments(&segments);
        assert_eq!((before.stack(), before.is_stack_exact()), (Some(0..64), true));
        assert!(!Layout::new().with_segments(&segments).is_stack_exact());
        assert_eq!(Layout::new().stack(), None);
    }

    #[test]
    fn other_symbols_are_ignored() {
        assert_eq!(Layout::new().with("__heap_end", 1), Layout::new());
        for symbol in Layout::SYMBOLS {
            assert_ne!(Layout::new().with(symbol, 1), Layout::new());
        }
    }
}
