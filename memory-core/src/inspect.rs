//! What a memory looks like: its regions, what changed in it, where something is, and who wrote.

pub(crate) mod diff;
pub(crate) mod find;
pub(crate) mod layout;
pub(crate) mod map;
pub(crate) mod paint;
pub(crate) mod region;
pub(crate) mod runs;
pub(crate) mod watch;

/// Implements `defmt::Format` by [`core::fmt::Display`].
macro_rules! format_as_displayed {
    ($type:ty) => {
        #[cfg(feature = "defmt")]
        impl defmt::Format for $type {
            fn format(&self, f: defmt::Formatter<'_>) {
                defmt::Format::format(&defmt::Display2Format(self), f);
            }
        }
    };
}
use format_as_displayed;

/// Digits of the addresses of a memory whose last one is this.
pub(crate) fn digits(last: usize) -> usize {
    if last > 0xffff { 8 } else { 4 }
}
