//! How the collections of the interpreter grow.

use super::bytes::Bytes;

/// Elements that a vector has room for to which `count` were pushed one by one.
pub(super) fn capacity(count: usize, size: usize) -> usize {
    const SMALL: usize = 4;
    const BYTES: usize = 8;
    match count {
        0 => 0,
        _ => count
            .max(if size == 1 { BYTES } else { SMALL })
            .checked_next_power_of_two()
            .unwrap_or(usize::MAX),
    }
}

/// Entries of a node of a B-tree.
pub(super) const ENTRIES: usize = 11;
/// Bytes of the edges of an inner node.
pub(super) const EDGES: usize = 48;

fn nodes(leaves: usize, inner: usize, node: usize) -> Bytes {
    Bytes::blocks(leaves, node).and(Bytes::blocks(inner, node + EDGES))
}

/// A B-tree of `count` entries whose nodes have `node` bytes and are as empty as they may be.
pub(super) fn tree(count: usize, node: usize) -> Bytes {
    const LEAST_ENTRIES: usize = 5;
    const LEAST_CHILDREN: usize = 6;
    match count {
        0 => Bytes::default(),
        1..=ENTRIES => Bytes::block(node),
        _ => {
            let all = (count - 1) / LEAST_ENTRIES + 1;
            let inner = (all / LEAST_CHILDREN + 1).min(all);
            nodes(all - inner, inner, node)
        }
    }
}

/// A B-tree that was made from a sorted list: all nodes but the last ones are full.
pub(super) fn full_tree(count: usize, node: usize) -> Bytes {
    match count {
        0 => Bytes::default(),
        1..=ENTRIES => Bytes::block(node),
        _ => {
            let leaves = count.div_ceil(ENTRIES + 1) + 2;
            // A node that is full hands its next entry up, and another one begins beside it.
            let (mut inner, mut below) = (0, leaves);
            while below > 1 {
                below = (below - 1) / (ENTRIES + 1) + 1;
                inner += below;
            }
            nodes(leaves, inner, node)
        }
    }
}

/// Blocks of 32, 64, 128, … elements for `count` more where there are `before`.
pub(super) fn arena(before: usize, count: usize, size: usize) -> Bytes {
    const FIRST: usize = 32;
    let needed = before.saturating_add(count);
    let (mut bytes, mut there, mut next) = (Bytes::default(), 0usize, FIRST);
    while there < needed && count > 0 {
        if there >= before {
            bytes = bytes.and(Bytes::array(next, size));
        }
        there = there.saturating_add(next);
        next = next.saturating_mul(2);
    }
    bytes
}

/// The elements of a table.
pub(super) fn table(count: u64) -> Bytes {
    const ELEMENT: usize = 4;
    /// A table that is not empty has room for so many.
    const LEAST: usize = 4;
    match usize::try_from(count) {
        Ok(0) => Bytes::default(),
        count => Bytes::array(count.unwrap_or(usize::MAX).max(LEAST), ELEMENT),
    }
}

#[cfg(test)]
mod tests {
    use super::{EDGES, ENTRIES, full_tree};
    use alloc::vec::Vec;

    /// A level of a tree that entries are pushed to in order.
    #[derive(Default)]
    struct Level {
        nodes: usize,
        entries_of_the_last: usize,
    }

    /// The level whose last node has room takes an entry, and new nodes begin below it.
    fn push(levels: &mut Vec<Level>) {
        let takes = levels.iter().position(|level| level.entries_of_the_last < ENTRIES);
        let takes = takes.unwrap_or_else(|| {
            levels.push(Level { nodes: 1, entries_of_the_last: 0 });
            levels.len() - 1
        });
        let (below, rest) = levels.split_at_mut(takes);
        rest[0].entries_of_the_last += 1;
        for level in below {
            *level = Level { nodes: level.nodes + 1, entries_of_the_last: 0 };
        }
    }

    #[test]
    fn trees_have_no_more_nodes_than_are_counted() {
        const NODE: usize = 184;
        let mut levels = Vec::new();
        for count in 1..30_000 {
            push(&mut levels);
            let leaves = levels[0].nodes;
            let inner: usize = levels[1..].iter().map(|level| level.nodes).sum();
            let taken = leaves * NODE + inner * (NODE + EDGES);
            assert!(full_tree(count, NODE).asked >= taken, "{count} entries take {taken}");
        }
    }
}
