//! Bytes of heap, as they are asked for and as an allocator places them.

/// Bytes that an allocator puts before each block, and what a block's size is a multiple of: those of
/// a TLSF allocator on a 32-bit target, which takes more than others do.
const HEADER: usize = 8;
const GRANULE: usize = 16;

/// Blocks of heap.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Bytes {
    pub(super) asked: usize,
    pub(super) placed: usize,
    /// The largest block, as asked for.
    pub(super) largest: usize,
}

impl Bytes {
    /// One block.
    #[inline(never)]
    pub(super) fn block(asked: usize) -> Self {
        if asked == 0 {
            return Self::default();
        }
        let placed = asked.saturating_add(HEADER + GRANULE - 1) & !(GRANULE - 1);
        Self { asked, placed, largest: asked }
    }

    /// One block of elements.
    #[inline(never)]
    pub(super) fn array(count: usize, size: usize) -> Self {
        Self::block(count.saturating_mul(size))
    }

    /// So many blocks, of so many bytes together.
    pub(super) fn several(count: usize, asked: usize) -> Self {
        let placed = asked.saturating_add(count.saturating_mul(HEADER + GRANULE - 1));
        Self { asked, placed, largest: asked }
    }

    /// Blocks of one size.
    #[inline(never)]
    pub(super) fn blocks(count: usize, size: usize) -> Self {
        let Self { asked, placed, largest } = Self::block(size);
        Self {
            asked: asked.saturating_mul(count),
            placed: placed.saturating_mul(count),
            largest: if count == 0 { 0 } else { largest },
        }
    }

    #[inline(never)]
    pub(super) fn and(self, other: Self) -> Self {
        Self {
            asked: self.asked.saturating_add(other.asked),
            placed: self.placed.saturating_add(other.placed),
            largest: self.largest.max(other.largest),
        }
    }

    /// What is left without some of these.
    #[inline(never)]
    pub(super) fn without(self, other: Self) -> Self {
        Self {
            asked: self.asked.saturating_sub(other.asked),
            placed: self.placed.saturating_sub(other.placed),
            largest: self.largest,
        }
    }

    /// The more of each.
    #[inline(never)]
    pub(super) fn or(self, other: Self) -> Self {
        Self {
            asked: self.asked.max(other.asked),
            placed: self.placed.max(other.placed),
            largest: self.largest.max(other.largest),
        }
    }
}
