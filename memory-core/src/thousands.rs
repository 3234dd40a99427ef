//! Figures that people can read.

use core::fmt::{self, Write};

/// Characters of the largest figure.
const LONGEST: usize = 26;

/// A figure that is printed with its thousands apart.
///
/// ```
/// use vellum_memory::Thousands;
///
/// assert_eq!(Thousands(469_004).to_string(), "469,004");
/// assert_eq!(format!("{:7}|{:<7}|", Thousands(1000), Thousands(999)), "  1,000|999    |");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Thousands(pub u64);

impl Thousands {
    pub(crate) const fn of(figure: usize) -> Self {
        Self(figure as u64)
    }
}

impl fmt::Display for Thousands {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = heapless::String::<LONGEST>::new();
        write(&mut text, self.0)?;
        f.pad_integral(true, "", &text)
    }
}

fn write(text: &mut impl Write, figure: u64) -> fmt::Result {
    if figure < 1000 {
        return write!(text, "{figure}");
    }
    write(text, figure / 1000)?;
    write!(text, ",{:03}", figure % 1000)
}

#[cfg(feature = "defmt")]
impl defmt::Format for Thousands {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::Format::format(&defmt::Display2Format(self), f);
    }
}

#[cfg(test)]
mod tests {
    use super::Thousands;
    use std::string::ToString;

    #[test]
    fn thousands_are_apart() {
        for (figure, shown) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (20_034, "20,034"),
            (1_000_005, "1,000,005"),
            (u64::MAX, "18,446,744,073,709,551,615"),
        ] {
            assert_eq!(Thousands(figure).to_string(), shown);
        }
    }
}
