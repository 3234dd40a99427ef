//! A bounded ring that many fill and one empties, in the order in which places were claimed.

use core::sync::atomic::Ordering::{Acquire, Relaxed, Release};

use crate::sync::AtomicUsize;

/// `N` places, each with a `T` that is written and read through a shared reference.
///
/// A position counts places: its lower bits are an index, the others the lap. All begins at zero.
pub(crate) struct Ring<T, const N: usize> {
    /// The next position to claim.
    tail: AtomicUsize,
    /// The next position to empty.
    head: AtomicUsize,
    places: [Slot<T>; N],
}

pub(crate) struct Slot<T> {
    /// Twice the lap for which the place is free, or one more while it is filled.
    turn: AtomicUsize,
    content: T,
}

impl<T> Slot<T> {
    const_fn! {
        pub(crate) const fn new(content: T) -> Self {
            Self { turn: AtomicUsize::new(0), content }
        }
    }
}

impl<T, const N: usize> Ring<T, N> {
    /// What a position grows by in one lap.
    const LAP: usize = {
        assert!(N > 0, "a mailbox needs at least one place");
        N.next_power_of_two()
    };

    const_fn! {
        pub(crate) const fn new(places: [Slot<T>; N]) -> Self {
            Self { tail: AtomicUsize::new(0), head: AtomicUsize::new(0), places }
        }
    }

    /// Claims a place and fills it; does nothing if all are claimed or filled.
    ///
    /// Tries again only if another one has claimed a place meanwhile.
    pub(crate) fn fill(&self, fill: impl FnOnce(&T)) -> bool {
        let mut position = self.tail.load(Relaxed);
        loop {
            let (place, turn) = self.at(position);
            let found = if place.turn.load(Acquire) == turn {
                match self.tail.compare_exchange(position, next::<N>(position), Relaxed, Relaxed) {
                    Ok(_) => {
                        fill(&place.content);
                        place.turn.store(turn | 1, Release);
                        return true;
                    }
                    Err(found) => found,
                }
            } else {
                // Filled in the lap before; unless another one has claimed and filled it in this
                // lap, in which case the tail is seen to have moved.
                let found = self.tail.load(Relaxed);
                if found == position {
                    return false;
                }
                found
            };
            position = found;
        }
    }

    /// Empties the next place; none if it is free, or claimed but not filled yet.
    ///
    /// Only one may do so at a time.
    pub(crate) fn empty<R>(&self, empty: impl FnOnce(&T) -> R) -> Option<R> {
        let position = self.head.load(Relaxed);
        let (place, turn) = self.at(position);
        if place.turn.load(Acquire) != turn | 1 {
            return None;
        }
        let result = empty(&place.content);
        self.head.store(next::<N>(position), Relaxed);
        let (_, turn) = self.at(position.wrapping_add(Self::LAP));
        place.turn.store(turn, Release);
        Some(result)
    }

    /// Whether no place is claimed or filled.
    pub(crate) fn is_empty(&self) -> bool {
        self.head.load(Relaxed) == self.tail.load(Relaxed)
    }

    /// The place of a position, and its turn while it is free for the position's lap.
    fn at(&self, position: usize) -> (&Slot<T>, usize) {
        let index = position % Self::LAP;
        (&self.places[index], (position / Self::LAP).wrapping_mul(2))
    }
}

/// The position after this one.
fn next<const N: usize>(position: usize) -> usize {
    let lap = N.next_power_of_two();
    let index = position % lap;
    if index + 1 < N { position + 1 } else { (position - index).wrapping_add(lap) }
}

#[cfg(all(test, not(loom)))]
mod tests {
    use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};
    use std::collections::VecDeque;
    use std::vec::Vec;

    use proptest::prelude::*;

    use super::{Ring, Slot};

    const STEPS: usize = if cfg!(miri) { 20 } else { 200 };

    type TestRing<const N: usize> = Ring<AtomicUsize, N>;

    fn ring_at<const N: usize>(position: usize) -> TestRing<N> {
        let ring = Ring::new([const { Slot::new(AtomicUsize::new(0)) }; N]);
        ring.tail.store(position, Relaxed);
        ring.head.store(position, Relaxed);
        let lap = TestRing::<N>::LAP;
        for (index, place) in ring.places.iter().enumerate() {
            let laps = usize::from(index < position % lap);
            let use_at = (position - position % lap + index).wrapping_add(laps * lap);
            place.turn.store(ring.at(use_at).1, Relaxed);
        }
        ring
    }

    fn behaves<const N: usize>(start: usize, steps: &[bool]) {
        let ring = ring_at::<N>(start);
        let mut model = VecDeque::new();
        for (number, &fill) in steps.iter().enumerate() {
            if fill {
                let filled = ring.fill(|content| content.store(number, Relaxed));
                assert_eq!(filled, model.len() < N);
                if filled {
                    model.push_back(number);
                }
            } else {
                assert_eq!(ring.empty(|content| content.load(Relaxed)), model.pop_front());
            }
            assert_eq!(ring.is_empty(), model.is_empty());
        }
        let rest: Vec<_> =
            core::iter::from_fn(|| ring.empty(|content| content.load(Relaxed))).collect();
        assert_eq!(rest, Vec::from(model));
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: if cfg!(miri) { 3 } else { 256 },
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn a_ring_is_a_bounded_queue(steps in prop::collection::vec(any::<bool>(), 0..STEPS)) {
            behaves::<1>(0, &steps);
            behaves::<2>(0, &steps);
            behaves::<3>(0, &steps);
            behaves::<8>(0, &steps);
        }

        #[test]
        fn positions_wrap_around(steps in prop::collection::vec(any::<bool>(), 0..STEPS)) {
            behaves::<1>(usize::MAX - 2, &steps);
            behaves::<2>(usize::MAX - 3, &steps);
            behaves::<3>(usize::MAX - 7, &steps);
            behaves::<3>(usize::MAX - 6, &steps);
            behaves::<8>(usize::MAX - 12, &steps);
        }
    }

    #[test]
    fn a_place_that_is_not_filled_yet_holds_back_those_after_it() {
        let ring = ring_at::<2>(0);
        assert!(ring.fill(|first| {
            assert!(ring.fill(|second| second.store(2, Relaxed)));
            assert!(!ring.fill(|_| unreachable!()));
            assert_eq!(ring.empty(|_| ()), None);
            first.store(1, Relaxed);
        }));
        assert_eq!(ring.empty(|content| content.load(Relaxed)), Some(1));
        assert_eq!(ring.empty(|content| content.load(Relaxed)), Some(2));
        assert_eq!(ring.empty(|_| ()), None);
    }
}
