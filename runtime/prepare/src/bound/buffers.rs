//! What the translator keeps from one function to the next.

use super::{
    body::Body,
    bytes::Bytes,
    growth::capacity,
    locals::{PerLocal, Reserved},
};

/// How many there are.
const COUNT: usize = 12;

/// Bytes of a buffer, and of the block that it had before it grew last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Buffer {
    whole: usize,
    before: usize,
}

impl Buffer {
    /// A vector to which elements are pushed one by one.
    fn pushed(count: u32, size: usize) -> Self {
        let room = capacity(count as usize, size);
        Self { whole: room.saturating_mul(size), before: (room / 2).saturating_mul(size) }
    }

    fn reserved<const SIZE: usize>(reserved: Reserved<SIZE>) -> Self {
        let Reserved { capacity, before } = reserved;
        let [whole, before] = [capacity, before].map(|count| (count as usize).saturating_mul(SIZE));
        Self { whole, before }
    }
}

/// The buffers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Buffers([Buffer; COUNT]);

impl Buffers {
    /// Those of the translator, when it has looked at functions of which this is the most.
    pub(super) fn of(body: &Body, vectors: &PerLocal) -> Self {
        Self([
            // Code, operands, blocks, labels, users, targets, what is kept of `if`
            // blocks, and local variables.
            Buffer::pushed(body.code, 1),
            Buffer::pushed(body.operands, 16),
            Buffer::pushed(body.blocks, 72),
            Buffer::pushed(body.labels, 8),
            Buffer::pushed(body.users, 12),
            Buffer::pushed(body.targets, 16),
            Buffer::pushed(body.groups, 8),
            Buffer::pushed(body.if_parameters, 16),
            Buffer::pushed(body.ifs, 4),
            Buffer::pushed(body.locals, 2),
            Buffer::reserved(vectors.operands),
            Buffer::reserved(vectors.types),
        ])
    }

    /// All of them, as they are.
    pub(super) fn whole(&self) -> Bytes {
        self.0.iter().fold(Bytes::default(), |all, buffer| all.and(Bytes::block(buffer.whole)))
    }

    /// Of those that are not as they were: the largest block that one has had before, which is there
    /// beside the buffer while it grows, and the largest that one has.
    pub(super) fn grown(&self, was: &Self) -> (Bytes, Bytes) {
        let grown = self.0.iter().zip(&was.0).filter(|(buffer, was)| buffer.whole != was.whole);
        grown.fold(Default::default(), |(before, whole), (buffer, _)| {
            (before.or(Bytes::block(buffer.before)), whole.or(Bytes::block(buffer.whole)))
        })
    }

    /// Bytes of the holes that growing has left and that a block may not fit which an allocator places
    /// in so many bytes.
    pub(super) fn holes(&self, placed: usize) -> usize {
        let holes = self.0.iter().map(|buffer| Bytes::block(buffer.before).placed);
        holes.fold(0, |all, hole| all.saturating_add(hole.min(placed)))
    }
}
