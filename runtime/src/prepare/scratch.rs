//! Local variables that lowered instructions need.

/// Local variables that are free, by type.
///
/// They follow the function's own: first those of type `i32`, then those of type `i64`. Each
/// lowered instruction starts over, so that a function gets as many as its neediest instruction.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Scratch {
    /// The next of type `i32`, or how many are needed.
    pub(super) i32s: u32,
    /// The next of type `i64`, or how many are needed.
    pub(super) i64s: u32,
}

impl Scratch {
    /// Takes a variable, an `i64` if it is to be `long`.
    pub(super) fn take(&mut self, long: bool) -> u32 {
        let next = if long { &mut self.i64s } else { &mut self.i32s };
        let taken = *next;
        *next = next.saturating_add(1);
        taken
    }

    /// Enough for one and for the other.
    pub(super) fn max(self, other: Self) -> Self {
        Self { i32s: self.i32s.max(other.i32s), i64s: self.i64s.max(other.i64s) }
    }
}
