//! What the translator and the validator keep from one function to the next.

use super::{bytes::Bytes, code::Functions, growth::capacity, locals::PerLocal, sum::Sum};

impl Functions {
    /// The buffers of both. At the peak one of them is there twice, as it grows.
    pub(super) fn buffers(&self) -> Sum {
        let mut buffers = self.validator_buffers();
        let largest = &self.largest;
        let vectors = [
            // Code, operands, blocks, labels, users, targets, local variables and what is kept of
            // `if` blocks.
            (largest.code, 1),
            (largest.operands, 16),
            (largest.blocks, 72),
            (largest.labels, 8),
            (largest.users, 12),
            (largest.targets, 16),
            (largest.locals.min(100), 1),
            (largest.groups, 8),
            (largest.if_parameters, 16),
            (largest.ifs, 4),
            (largest.locals, 2),
        ];
        self.add(&mut buffers, &vectors, 4);
        buffers
    }

    /// The buffers of the validator alone.
    pub(super) fn validator_buffers(&self) -> Sum {
        let largest = &self.largest;
        // Operands, blocks, local variables and what it pops.
        let vectors = [
            (largest.operands, 4),
            (largest.blocks, 20),
            (largest.locals.min(50), 4),
            (largest.groups, 8),
            (largest.popped, 4),
        ];
        let mut buffers = Sum::default();
        self.add(&mut buffers, &vectors, 1);
        buffers
    }

    /// Adds vectors to which elements are pushed one by one, and one with that many bytes for each
    /// local variable.
    fn add(&self, buffers: &mut Sum, vectors: &[(u32, usize)], per_local: usize) {
        for &(count, size) in vectors {
            let room = capacity(count as usize, size);
            one_twice(buffers, Bytes::array(room, size), Bytes::array(room / 2, size));
        }
        let PerLocal { capacity, before } = self.per_local;
        let [whole, half] = [capacity, before].map(|count| Bytes::array(count as usize, per_local));
        one_twice(buffers, whole, half);
    }
}

/// Adds a buffer, of which there was half before it grew last. That half is there at the same time
/// only of one buffer; but as a hole that nothing else fits it may be there of each.
fn one_twice(buffers: &mut Sum, whole: Bytes, half: Bytes) {
    let halves = buffers.peak.without(buffers.kept);
    let placed = halves.placed.saturating_add(half.placed);
    let halves = Bytes { placed, ..halves.or(half) };
    buffers.kept = buffers.kept.and(whole);
    buffers.peak = buffers.kept.and(halves);
}
