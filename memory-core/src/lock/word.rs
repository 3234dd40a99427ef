//! The queue of a lock, as the fields of one word: who is served, and who comes next.

/// The word of a lock.
///
/// Places are numbered in the order in which they are taken, modulo 256. The word holds the place
/// that is `served`, the `next` place to be taken, and which of the places in between were left.
/// The lock is free if both are equal; otherwise the place served holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Word(pub(crate) u32);

/// A place in the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct QueueTicket(u8);

/// The most places at one time, that of the holder included: one bit each.
pub(crate) const PLACES: u8 = 16;

const PLACE: u32 = 1 << 8;
const LEFT: u32 = 1 << 16;

impl Word {
    const fn served(self) -> u8 {
        self.0 as u8
    }

    const fn next(self) -> u8 {
        (self.0 >> 8) as u8
    }

    /// The bit of a place that was left.
    const fn left(place: u8) -> u32 {
        LEFT << (place % PLACES)
    }

    pub(crate) const fn is_free(self) -> bool {
        self.served() == self.next()
    }

    /// How many places are taken, that of the holder included and those left not.
    pub(crate) const fn taken(self) -> u32 {
        let places = self.next().wrapping_sub(self.served()) as u32;
        places - (self.0 / LEFT).count_ones()
    }

    /// Takes the next place, if there is one.
    pub(crate) const fn join(self) -> Option<(Self, QueueTicket)> {
        let place = self.next();
        if place.wrapping_sub(self.served()) >= PLACES {
            return None;
        }
        Some((self.with_next(place.wrapping_add(1)), QueueTicket(place)))
    }

    const fn with_next(self, next: u8) -> Self {
        Self(self.0 & !(0xff * PLACE) | (next as u32 * PLACE))
    }

    pub(crate) const fn serves(self, place: QueueTicket) -> bool {
        self.served() == place.0
    }

    /// Leaves a place that is not yet served. If it is the last one, it can be taken again, and so
    /// can those before it that were left.
    pub(crate) const fn leave(self, place: QueueTicket) -> Option<Self> {
        if self.serves(place) {
            return None;
        }
        let mut word = self.0 | Self::left(place.0);
        let mut next = self.next();
        while next.wrapping_sub(1) != self.served() && word & Self::left(next.wrapping_sub(1)) != 0
        {
            next = next.wrapping_sub(1);
            word &= !Self::left(next);
        }
        Some(Self(word).with_next(next))
    }

    /// Ends the service, and serves the next place that was not left.
    #[inline]
    pub(crate) const fn advance(self) -> Self {
        let mut word = self.0;
        let mut served = self.served().wrapping_add(1);
        if word < LEFT {
            return Self(word & !0xff | served as u32);
        }
        while served != self.next() && word & Self::left(served) != 0 {
            word &= !Self::left(served);
            served = served.wrapping_add(1);
        }
        Self(word & !0xff | served as u32)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::vec::Vec;

    use proptest::prelude::*;

    use super::*;

    const STEPS: usize = if cfg!(miri) { 30 } else { 600 };

    proptest! {
        #![proptest_config(ProptestConfig {
            cases: if cfg!(miri) { 3 } else { 256 },
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        /// Against a queue that lets its members leave.
        #[test]
        fn places_are_served_in_order(steps in prop::collection::vec((0_u8..3, 0_usize..16), 0..STEPS)) {
            let mut word = Word(0);
            let mut queue = VecDeque::<QueueTicket>::new();
            let mut abandoned = Vec::<QueueTicket>::new();
            for (step, which) in steps {
                match step {
                    0 => match word.join() {
                        Some((joined, place)) => {
                            word = joined;
                            queue.push_back(place);
                        }
                        None => prop_assert!(queue.len() + abandoned.len() == usize::from(PLACES)),
                    },
                    1 if !queue.is_empty() => {
                        queue.pop_front();
                        word = word.advance();
                    }
                    _ => {
                        let Some(&place) = queue.get(which) else { continue };
                        match word.leave(place) {
                            Some(left) => {
                                word = left;
                                queue.retain(|&other| other != place);
                                abandoned.push(place);
                            }
                            None => prop_assert_eq!(which, 0),
                        }
                    }
                }
                abandoned.retain(|&QueueTicket(left)| {
                    left.wrapping_sub(word.served()) < word.next().wrapping_sub(word.served())
                });
                prop_assert_eq!(word.is_free(), queue.is_empty());
                prop_assert_eq!(word.taken() as usize, queue.len());
                prop_assert!(queue.iter().enumerate().all(|(i, &place)| word.serves(place) == (i == 0)));
            }
        }
    }

    #[test]
    fn those_who_leave_the_end_of_the_queue_use_up_no_places() {
        let (held, _) = Word(0xf8f8).join().unwrap();
        let (mut word, waiting) = held.join().unwrap();
        for _ in 0..20 {
            let before = word;
            let (one, first) = word.join().unwrap();
            let (two, second) = one.join().unwrap();
            word = two.leave(first).unwrap();
            assert_eq!((word.taken(), word.next()), (3, two.next()));
            word = word.leave(second).unwrap();
            assert_eq!(word, before);
        }
        assert_eq!(word.leave(waiting), Some(held));
        assert!(word.advance().serves(waiting));
    }
}
