//! What the translator and the validator keep from one function to the next.

use super::{body::Body, growth::capacity, locals::PerLocal};

/// Vectors of the translator, and of the validator.
const TRANSLATOR: usize = 12;
const VALIDATOR: usize = 6;
const VECTORS: usize = TRANSLATOR + VALIDATOR;

/// Blocks of so many bytes that a vector had before leave holes, as far as nothing is placed in them; of
/// larger ones it is only the last one, as the others are joined.
const SMALL: usize = 1024;

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

    /// The blocks that it takes in turn as it grows from so many bytes.
    pub(super) fn grows(self, old: usize) -> impl Iterator<Item = usize> {
        let Self { whole, half } = self;
        let smaller = (1..usize::BITS).rev().map(move |log2| half >> log2);
        let smaller = smaller.filter(move |size| *size > old && *size <= SMALL);
        smaller.chain(Some(half).filter(|half| *half > old)).chain([whole])
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
    pub(super) fn grown(&self, before: &Self) -> impl Iterator<Item = (usize, Buffer)> {
        let pairs = before.0.into_iter().zip(self.0);
        pairs.filter(|(old, new)| old.whole != new.whole).map(|(old, new)| (old.whole, new))
    }
}
