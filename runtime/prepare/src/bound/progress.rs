//! Adding up what looking at one function after the other takes.

use super::{Loading, body::Body, buffers::Buffers, bytes::Bytes, locals::PerLocal, sum::Sum};

/// The functions so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Progress {
    loading: Loading,
    /// What there is, with what there was before.
    pub(super) sum: Sum,
    /// What there was before them: bytes that an allocator places.
    before: usize,
    /// What they take with the holes between them, beyond the most that there was before. Then lists had
    /// grown, or were there for a moment, and left holes.
    pub(super) holes: usize,
    pub(super) buffers: Buffers,
    /// The most of each that a function has needed.
    pub(super) most: Body,
    pub(super) per_local: PerLocal,
}

impl Progress {
    /// None yet, where there is as much as that.
    pub(super) fn new(sum: Sum, loading: Loading) -> Self {
        Self {
            loading,
            sum,
            before: sum.kept.placed,
            holes: 0,
            buffers: Buffers::default(),
            most: Body::default(),
            per_local: PerLocal::default(),
        }
    }

    /// The next function takes so much, and of it these are kept: its code, once it is translated, or
    /// before it is validated a copy of its body.
    pub(super) fn next(&mut self, body: Body, per_local: PerLocal, kept: Bytes) {
        if !self.loading.translates {
            self.sum.add(kept);
        }
        let most = self.most.or(body);
        if most != self.most || per_local != self.per_local {
            (self.most, self.per_local) = (most, per_local);
            self.grow();
        }
        if self.loading.translates {
            self.sum.add(kept);
        }
        self.leave_holes(kept);
    }

    /// All functions take so much together, in any order.
    pub(super) fn all(&mut self, most: Body, per_local: PerLocal, kept: Bytes) {
        self.sum.add(kept);
        (self.most, self.per_local) = (most, per_local);
        self.grow();
        self.leave_holes(Bytes { placed: usize::MAX, ..kept });
    }

    fn grow(&mut self) {
        if !self.loading.translates {
            return;
        }
        let buffers = Buffers::of(&self.most, &self.per_local);
        let (before, whole) = buffers.grown(&self.buffers);
        self.sum.free(self.buffers.whole());
        self.sum.add(buffers.whole());
        self.buffers = buffers;
        // One of them is there twice, as it grows.
        self.sum.moment(before);
        self.leave_holes(whole);
    }

    /// Counts holes that may be too small for a block which is there now.
    fn leave_holes(&mut self, block: Bytes) {
        let holes = self.buffers.holes(block.placed).saturating_add(self.sum.kept.placed);
        self.holes = self.holes.max(holes.saturating_sub(self.before));
    }
}
