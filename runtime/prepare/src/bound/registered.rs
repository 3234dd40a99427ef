//! The interpreter's register of types, which lasts as long as an engine.

use super::{
    bytes::Bytes,
    growth::{EDGES, ENTRIES, capacity, tree},
};

/// Bytes of a type of the interpreter, and of a node of the tree in which it finds types again.
const TYPE: usize = 16;
const NODE: usize = 228;

/// What the types of a module take of it.
pub(super) struct Registered {
    /// While it grows.
    pub(super) moment: Bytes,
    /// From then on.
    pub(super) kept: Bytes,
}

impl Registered {
    /// Those of `count` types where there are `before` at most: fewer where modules have declared the same.
    pub(super) fn of(before: usize, count: usize) -> Self {
        if count == 0 {
            return Self { moment: Bytes::default(), kept: Bytes::default() };
        }
        let all = before.saturating_add(count);
        // It is full with as many as a power of two.
        let (old, new) = match before.checked_ilog2() {
            Some(log2) if before >= capacity(1, TYPE) => (1 << log2, capacity(all, TYPE)),
            _ => (capacity(before, TYPE), capacity(all, TYPE)),
        };
        let (old, new) = (Bytes::array(old, TYPE), Bytes::array(new, TYPE));
        let moment = if new.asked > old.asked {
            new.and(Bytes::block(new.asked / 2))
        } else {
            Bytes::default()
        };
        let nodes = if before <= ENTRIES {
            tree(all, NODE).without(tree(before, NODE))
        } else {
            // Each may split one node that is full, of those that there are.
            let split = count.min(before / ENTRIES + 1).saturating_add(2);
            tree(count, NODE).and(Bytes::blocks(split, NODE + EDGES))
        };
        Self { moment, kept: new.without(old).and(nodes) }
    }
}
