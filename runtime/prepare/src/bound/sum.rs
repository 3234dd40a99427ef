//! Adding up what is allocated, in order.

use super::growth::capacity;

/// Bytes of heap: how many there are, and how many there were at most.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) kept: usize,
    pub(super) peak: usize,
}

impl Sum {
    /// What stays.
    pub(super) fn add(&mut self, bytes: usize) {
        self.kept = self.kept.saturating_add(bytes);
        self.moment(0);
    }

    /// So many of these, which stay.
    pub(super) fn items(&mut self, count: usize, size: usize) {
        self.add(count.saturating_mul(size));
    }

    /// What is given back.
    pub(super) fn free(&mut self, bytes: usize) {
        self.kept = self.kept.saturating_sub(bytes);
    }

    /// What is there for a moment, beside what stays.
    pub(super) fn moment(&mut self, bytes: usize) {
        self.peak = self.peak.max(self.kept.saturating_add(bytes));
    }

    /// A vector to which elements are pushed one by one. It is there twice while it grows.
    pub(super) fn pushed(&mut self, count: usize, size: usize) {
        let bytes = capacity(count, size).saturating_mul(size);
        if capacity(count, size) > 4 {
            self.moment(bytes.saturating_add(bytes / 2));
        }
        self.add(bytes);
    }

    /// A vector that had room for so many and gets room for `count` at once.
    pub(super) fn reserved(&mut self, before: usize, count: usize, size: usize) {
        let old = capacity(before, size);
        let new = if old >= count { old } else { count.max(old.saturating_mul(2)).max(4) };
        self.moment(new.saturating_mul(size));
        self.add((new - old.min(new)).saturating_mul(size));
    }
}
