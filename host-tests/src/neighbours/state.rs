//! What calls leave behind.

use super::{
    outcome::{GLOBALS, MEMORIES, Outcome, Run},
    ty::{Ty, Value},
};

/// Where cases reach memories most: what is compared after each of them.
pub(super) const WINDOWS: [(usize, usize); 4] =
    [(0, 160), (65_504, 128), (70_000, 96), (131_040, 32)];

/// A memory as a whole.
pub(super) const WHOLE: [(usize, usize); 1] = [(0, usize::MAX)];

/// The states of memories and globals, if they differ. NaNs that an operator made may be in memories:
/// such bytes are made the same.
pub(super) fn states(
    ours: &mut dyn Run,
    theirs: &mut dyn Run,
    nan_bits: bool,
    windows: &[(usize, usize)],
) -> Option<(Outcome, Outcome)> {
    let state = |text: String| Outcome::State(text);
    for (memory, name) in MEMORIES.iter().enumerate() {
        let (length, their_length) = (ours.length(memory), theirs.length(memory));
        if length != their_length {
            let of = |length| state(format!("{name} has {length} bytes"));
            return Some((of(length), of(their_length)));
        }
        for &(start, size) in windows {
            let size = size.min(length - start);
            let (mut one, mut other) = (vec![0; size], vec![0; size]);
            ours.read(memory, start, &mut one);
            theirs.read(memory, start, &mut other);
            let Some(at) = one.iter().zip(&other).position(|(one, other)| one != other) else {
                continue;
            };
            if nan_bits && only_a_nan(&one, &other) {
                ours.write(memory, start, &other);
                continue;
            }
            let of = |bytes: &[u8]| {
                let bytes = &bytes[at..bytes.len().min(at + 8)];
                state(format!("{name} at {}: {bytes:02x?}", start + at))
            };
            return Some((of(&one), of(&other)));
        }
    }
    for (global, (name, _)) in GLOBALS.iter().enumerate() {
        let (one, other) = (ours.global(global), theirs.global(global));
        if !one.agrees(other) {
            let of = |value: Value| state(format!("{name} is {value}"));
            return Some((of(one), of(other)));
        }
    }
    let (one, other) = (ours.table(), theirs.table());
    let of = |nulls: Vec<bool>| state(format!("nulls of the table: {nulls:?}"));
    (one != other).then(|| (of(one), of(other)))
}

/// Whether bytes differ in one float alone, which is a NaN in both.
fn only_a_nan(one: &[u8], other: &[u8]) -> bool {
    let differ = |at: &usize| one[*at] != other[*at];
    let ends = ((0..one.len()).find(differ), (0..one.len()).rfind(differ));
    let (Some(first), Some(last)) = ends else { return true };
    [(Ty::F32, 4), (Ty::F64, 8)].into_iter().any(|(ty, width)| {
        let float = |bytes: &[u8]| {
            let bits = bytes.iter().rev().fold(0, |bits, byte| bits << 8 | u128::from(*byte));
            Value { ty, bits }
        };
        ((last + 1).saturating_sub(width)..=first).any(|start| {
            let end = start + width;
            end <= one.len() && float(&one[start..end]).agrees(float(&other[start..end]))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::only_a_nan;

    #[test]
    fn one_nan_may_differ_and_nothing_else() {
        let bytes = [1, 0, 0, 0xc0, 0x7f, 2, 3, 4, 5, 6];
        let with = |at: usize, byte| {
            let mut bytes = bytes;
            bytes[at] = byte;
            bytes
        };
        assert!(only_a_nan(&bytes, &bytes));
        assert!(only_a_nan(&bytes, &with(4, 0xff)));
        assert!(only_a_nan(&bytes, &with(1, 7)));
        assert!(!only_a_nan(&bytes, &with(3, 0xa0)));
        assert!(!only_a_nan(&bytes, &with(8, 7)));
        assert!(!only_a_nan(&with(0, 9), &with(1, 7)));
    }
}
