//! The holes of one end, in lists by the power of two of their sizes.

use crate::region::{HEADER, Region};

const NONE: u32 = u32::MAX;
const LISTS: usize = 32;

/// Where a hole's list goes on, and where it comes from.
const NEXT: u32 = HEADER;
const PREVIOUS: u32 = HEADER + 4;

#[derive(Debug)]
pub(crate) struct Holes {
    first: [u32; LISTS],
    /// A bit for each list that is not empty.
    filled: u32,
}

fn list(size: u32) -> usize {
    size.ilog2() as usize
}

impl Holes {
    pub(crate) const EMPTY: Self = Self { first: [NONE; LISTS], filled: 0 };

    pub(crate) fn link(&mut self, region: &mut Region, hole: u32, size: u32) {
        let first = &mut self.first[list(size)];
        region.write(hole + NEXT, *first);
        region.write(hole + PREVIOUS, NONE);
        if *first != NONE {
            region.write(*first + PREVIOUS, hole);
        }
        *first = hole;
        self.filled |= 1 << list(size);
    }

    pub(crate) fn unlink(&mut self, region: &mut Region, hole: u32, size: u32) {
        let (next, previous) = (region.read(hole + NEXT), region.read(hole + PREVIOUS));
        if next != NONE {
            region.write(next + PREVIOUS, previous);
        }
        if previous != NONE {
            region.write(previous + NEXT, next);
            return;
        }
        self.first[list(size)] = next;
        if next == NONE {
            self.filled &= !(1 << list(size));
        }
    }

    /// The smallest hole that something of so many bytes fits, as `fits` tells of a hole and its size.
    pub(crate) fn best(
        &self,
        region: &Region,
        bytes: u32,
        fits: impl Fn(u32, u32) -> bool,
    ) -> Option<u32> {
        let mut lists = self.filled & (u32::MAX << list(bytes));
        while lists != 0 {
            let best = self
                .of(region, lists.trailing_zeros() as usize)
                .filter(|(hole, size)| *size >= bytes && fits(*hole, *size))
                .min_by_key(|(_, size)| *size);
            if let Some((hole, _)) = best {
                return Some(hole);
            }
            lists &= lists - 1;
        }
        None
    }

    /// All holes and their sizes.
    pub(crate) fn all(&self, region: &Region) -> impl Iterator<Item = (u32, u32)> {
        (0..LISTS)
            .filter(|list| self.filled & (1 << list) != 0)
            .flat_map(|list| self.of(region, list))
    }

    fn of(&self, region: &Region, list: usize) -> impl Iterator<Item = (u32, u32)> {
        let known = |hole: u32| (hole != NONE).then_some(hole);
        core::iter::successors(known(self.first[list]), move |hole| known(region.read(hole + NEXT)))
            .map(|hole| (hole, region.read(hole)))
    }
}
