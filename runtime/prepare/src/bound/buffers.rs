//! What the translator and the validator keep from one function to the next.

use super::{body::Body, growth::capacity, locals::PerLocal};

/// Vectors of the translator, and of the validator.
const TRANSLATOR: usize = 12;
const VALIDATOR: usize = 6;
const VECTORS: usize = TRANSLATOR + VALIDATOR;

/// A vector: the bytes that it has, and those that it had before it grew last, at least.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Buffer {
    whole: usize,
    half: usize,
}

impl Buffer {
    /// Elements are pushed to it one by one.
    fn pushed(count: u32, size: usize) -> Self {
        let room = capacity(count as usize, size);
        let before = if room > capacity(1, size) { room / 2 } else { 0 };
        Self { whole: room.saturating_mul(size), half: before.saturating_mul(size) }
    }

    /// It has room for each local variable.
    fn per_local(PerLocal { capacity, before }: PerLocal, size: usize) -> Self {
        let [whole, half] = [capacity, before].map(|count| (count as usize).saturating_mul(size));
        Self { whole, half }
    }

    /// The blocks that it takes in turn as it grows from so many bytes, without larger ones than that
    /// but for the last two.
    pub(super) fn grows(self, old: usize, small_log2: u32) -> impl Iterator<Item = usize> {
        /// No vector has less, if anything.
        const LEAST_LOG2: u32 = 3;
        let Self { whole, half } = self;
        let log2 = half.checked_ilog2().unwrap_or_default();
        let shifts = (log2 + 1).saturating_sub(small_log2).max(1)..=log2.saturating_sub(LEAST_LOG2);
        let smaller = shifts.rev().map(move |shift| half >> shift);
        smaller.chain([half]).filter(move |size| *size > old).chain([whole])
    }
}

/// The vectors that are kept.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Buffers([Buffer; VECTORS]);

impl Buffers {
    /// Those that functions need of which this is the largest, in all respects.
    pub(super) fn of(largest: &Body, per_local: PerLocal, translates: bool) -> Self {
        let pushed = |(count, size)| Buffer::pushed(count, size);
        // Operands, blocks, local variables and what it pops.
        let [a, b, c, d, e] = [
            (largest.operands, 4),
            (largest.blocks, 20),
            (largest.locals.min(50), 4),
            (largest.groups, 8),
            (largest.popped, 4),
        ]
        .map(pushed);
        let mut buffers = [Buffer::default(); VECTORS];
        let (validator, translator) = buffers.split_at_mut(VALIDATOR);
        validator.copy_from_slice(&[a, b, c, d, e, Buffer::per_local(per_local, 1)]);
        if translates {
            // Code, operands, blocks, labels, users, targets, local variables and what is kept of
            // `if` blocks.
            let vectors = [
                (largest.ifs, 4),
                (largest.locals, 2),
                (largest.locals.min(100), 1),
                (largest.groups, 8),
                (largest.if_parameters, 16),
                (largest.targets, 16),
                (largest.operands, 16),
                (largest.labels, 8),
                (largest.users, 12),
                (largest.blocks, 72),
                (largest.code, 1),
            ]
            .map(pushed);
            if let Some((last, others)) = translator.split_last_mut() {
                others.copy_from_slice(&vectors);
                *last = Buffer::per_local(per_local, 4);
            }
        }
        Self(buffers)
    }

    /// Those that have grown since these were there, each with what it took then.
    pub(super) fn grown<'a>(
        &'a self,
        before: &'a Self,
    ) -> impl Iterator<Item = (usize, Buffer)> + 'a {
        let pairs = before.0.iter().zip(&self.0);
        pairs.filter(|(old, new)| old.whole != new.whole).map(|(old, new)| (old.whole, *new))
    }
}
