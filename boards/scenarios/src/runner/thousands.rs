//! Figures that people can read.

use core::fmt;

/// A figure with its thousands apart: `589,824`.
pub(super) struct Thousands(pub(super) u64);

impl fmt::Display for Thousands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            figure @ 0..1000 => write!(f, "{figure}"),
            figure => write!(f, "{},{:03}", Thousands(figure / 1000), figure % 1000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Thousands;
    use alloc::string::ToString;

    #[test]
    fn thousands_are_apart() {
        for (figure, shown) in
            [(0, "0"), (999, "999"), (1000, "1,000"), (20_034, "20,034"), (1_000_005, "1,000,005")]
        {
            assert_eq!(Thousands(figure).to_string(), shown);
        }
    }
}
