//! What the translator and the validator keep from one function to the next.

use super::{
    bytes::Bytes,
    code::Functions,
    growth::capacity,
    locals::{PerLocal, Reserved},
    sum::Sum,
};

impl Functions {
    /// The buffers of both. At the peak one of them is there twice, as it grows.
    pub(super) fn buffers(&self) -> Sum {
        let mut buffers = self.validator_buffers();
        let largest = &self.largest;
        let vectors = [
            // Code, operands, blocks, labels, users, targets, what is kept of `if` blocks, and local
            // variables.
            (largest.code, 1),
            (largest.operands, 16),
            (largest.blocks, 72),
            (largest.labels, 8),
            (largest.users, 12),
            (largest.targets, 16),
            (largest.groups, 8),
            (largest.if_parameters, 16),
            (largest.ifs, 4),
            (largest.locals, 2),
        ];
        add(&mut buffers, &vectors);
        let PerLocal { operands, types, .. } = self.per_local;
        operands.add_to(&mut buffers);
        types.add_to(&mut buffers);
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
            // Gets room at once, for twice as many as it needs at most.
            (largest.popped.saturating_mul(2), 4),
        ];
        let mut buffers = Sum::default();
        add(&mut buffers, &vectors);
        self.per_local.initialized.add_to(&mut buffers);
        buffers
    }
}

impl<const SIZE: usize> Reserved<SIZE> {
    fn add_to(self, buffers: &mut Sum) {
        let Self { capacity, before } = self;
        let [whole, half] = [capacity, before].map(|count| Bytes::array(count as usize, SIZE));
        one_twice(buffers, whole, half);
    }
}

/// Adds vectors to which elements are pushed one by one.
fn add(buffers: &mut Sum, vectors: &[(u32, usize)]) {
    for &(count, size) in vectors {
        let room = capacity(count as usize, size);
        one_twice(buffers, Bytes::array(room, size), Bytes::array(room / 2, size));
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
