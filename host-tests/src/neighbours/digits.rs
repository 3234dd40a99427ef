//! A number as a choice of several things.

/// A number, digit by digit, each with its own base.
#[derive(Debug)]
pub(super) struct Digits(pub(super) usize);

impl Digits {
    /// The next digit.
    pub(super) fn next(&mut self, base: usize) -> usize {
        let digit = self.0 % base;
        self.0 /= base;
        digit
    }

    /// One of these.
    pub(super) fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.next(from.len())]
    }
}
