//! Adding up what is allocated, in order.

use super::{bytes::Bytes, growth::capacity};

/// What there is of the heap's blocks, and what there was at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) kept: Bytes,
    pub(super) peak: Bytes,
}

impl Sum {
    /// What stays.
    #[inline(never)]
    pub(super) fn add(&mut self, bytes: Bytes) {
        self.kept = self.kept.and(bytes);
        self.peak = self.peak.or(self.kept);
    }

    /// What is given back.
    #[inline(never)]
    pub(super) fn free(&mut self, bytes: Bytes) {
        self.kept = self.kept.without(bytes);
    }

    /// What is there for a moment, beside what stays.
    #[inline(never)]
    pub(super) fn moment(&mut self, bytes: Bytes) {
        self.peak = self.peak.or(self.kept.and(bytes));
    }

    /// A vector to which elements are pushed one by one. It is there twice while it grows.
    #[inline(never)]
    pub(super) fn pushed(&mut self, count: usize, size: usize) -> Bytes {
        let room = capacity(count, size);
        let whole = Bytes::array(room, size);
        if room > capacity(1, size) {
            self.moment(whole.and(Bytes::array(room / 2, size)));
        }
        self.add(whole);
        whole
    }

    /// A vector that had room for some elements, pushed one by one, and gets room for `count` at
    /// once; what it has grown by.
    #[inline(never)]
    pub(super) fn reserved(&mut self, before: usize, count: usize, size: usize) -> Bytes {
        let old = capacity(before, size);
        let new = if old >= count { old } else { count.max(old.saturating_mul(2)).max(4) };
        let (old, new) = (Bytes::array(old, size), Bytes::array(new, size));
        self.moment(new);
        let grown = new.without(old);
        self.add(grown);
        grown
    }
}
