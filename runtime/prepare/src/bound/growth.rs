//! How the collections of the interpreter grow.

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
const ENTRIES: usize = 11;
/// Bytes of the edges of an inner node.
const EDGES: usize = 48;

/// Bytes of a B-tree of `count` entries whose nodes have `node` bytes and are as empty as they may
/// be.
pub(super) fn tree(count: usize, node: usize) -> usize {
    const LEAST_ENTRIES: usize = 5;
    const LEAST_CHILDREN: usize = 6;
    match count {
        0 => 0,
        1..=ENTRIES => node,
        _ => {
            let nodes = (count - 1) / LEAST_ENTRIES + 1;
            let inner = nodes / LEAST_CHILDREN + 1;
            nodes.saturating_mul(node).saturating_add(inner.saturating_mul(EDGES))
        }
    }
}

/// Bytes of a B-tree that was made from a sorted list: all nodes but the last ones are full.
pub(super) fn full_tree(count: usize, node: usize) -> usize {
    match count {
        0 => 0,
        1..=ENTRIES => node,
        _ => {
            let leaves = count.div_ceil(ENTRIES + 1) + 2;
            let inner = leaves / ENTRIES + 1;
            leaves.saturating_mul(node).saturating_add(inner.saturating_mul(node + EDGES))
        }
    }
}

/// Elements of the blocks of 32, 64, 128, … that `count` need.
pub(super) fn blocks(count: usize) -> usize {
    const FIRST: usize = 32;
    match count {
        0 => 0,
        _ => count
            .checked_add(FIRST)
            .and_then(usize::checked_next_power_of_two)
            .map_or(usize::MAX, |end| end - FIRST),
    }
}
