//! Adding up what functions take that are read one after the other.

use super::{
    Loading, body::Body, buffers::Buffers, bytes::Bytes, locals::PerLocal, placement::Placement,
    sum::Sum,
};

/// Blocks of fewer bytes that a vector had leave holes, as far as nothing is placed in them. Of larger
/// ones it is only the last one, as those before it are joined.
const SMALL_LOG2: u32 = 11;

/// What there is when so many functions have been read.
#[derive(Debug)]
pub(super) struct Translation {
    loading: Loading,
    sum: Sum,
    placement: Placement,
    /// The most that any function needed.
    largest: Body,
    per_local: PerLocal,
    buffers: Buffers,
    /// The buffers.
    pub(super) kept: Bytes,
}

impl Translation {
    /// No function has been read, and that is there.
    pub(super) fn new(loading: Loading, before: Sum) -> Self {
        Self {
            loading,
            sum: before,
            placement: Placement::new(before.kept.placed, before.peak.placed),
            largest: Body::default(),
            per_local: PerLocal::default(),
            buffers: Buffers::default(),
            kept: Bytes::default(),
        }
    }

    /// Keeps a block.
    pub(super) fn keep(&mut self, block: Bytes) {
        self.sum.add(block);
        self.placement.take(block.placed);
    }

    /// What is there, and what was, in whole.
    pub(super) fn total(&self) -> Sum {
        let mut total = self.sum;
        total.peak.placed = total.peak.placed.max(self.placement.end());
        total
    }

    /// Reads a function with a body of so many bytes, where vectors with an element for each local
    /// variable have grown to that.
    pub(super) fn function(&mut self, body: &Body, per_local: PerLocal, copy: Bytes) {
        if !self.loading.translates {
            self.keep(copy);
            if !self.loading.validates {
                return;
            }
        }
        let largest = self.largest.or(*body);
        if largest != self.largest || per_local != self.per_local {
            self.grow(largest, per_local, SMALL_LOG2);
        }
        if self.loading.translates {
            self.keep(Bytes::block(body.code as usize));
        }
    }

    /// Reads functions in any order with so much code, or so many bytes of copies, of which this is the
    /// most that any takes.
    pub(super) fn functions(&mut self, most: &(Body, PerLocal), code: Bytes, copies: Bytes) {
        self.placement.forget_holes();
        self.keep(if self.loading.translates { code } else { copies });
        if self.loading.translates || self.loading.validates {
            self.grow(most.0, most.1, 0);
        }
    }

    /// Lets buffers grow. At the peak one of them is there twice.
    #[inline(never)]
    fn grow(&mut self, largest: Body, per_local: PerLocal, small_log2: u32) {
        let buffers = Buffers::of(&largest, per_local, self.loading.translates);
        let mut most = Bytes::default();
        for (old, buffer) in buffers.grown(&self.buffers) {
            let first = Bytes::block(old);
            let mut last = first;
            for size in buffer.grows(old, small_log2) {
                let larger = Bytes::block(size);
                self.placement.take(larger.placed);
                self.placement.give(last.placed);
                most = most.or(last);
                last = larger;
            }
            let grown = last.without(first);
            self.kept = self.kept.and(grown);
            self.sum.add(grown);
        }
        self.sum.moment(most);
        (self.largest, self.per_local, self.buffers) = (largest, per_local, buffers);
    }
}
