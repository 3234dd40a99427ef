//! How much native stack a board's firmware takes at most, by what it does.
//!
//! The interpreter's translator and its parser don't call themselves, and neither does its executor: the
//! depth depends on the code that the compiler made, and hardly on the module. On record is the most that
//! thousands of modules took, and some 2 % more. `cargo rig fuzz --board NAME` fails if one takes more.

use crate::costs::Costs;
use crate::figures::thousands;
use std::fmt;

/// Bytes of native stack from its upper end, so with the frames of the firmware around.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct NativeStack {
    /// While a module is loaded.
    pub(crate) loading: u64,
    /// While it is linked and instantiated, with its start function.
    pub(crate) instantiating: u64,
    /// While a function is called, and translated first in a module that is loaded lazily.
    pub(crate) calling: u64,
}

/// The names of the figures in a report.
const LOADING: &str = "native stack, loading";
const INSTANTIATING: &str = "native stack, instantiating";
const CALLING: &str = "native stack, calling";

/// The record. A change of the firmware or of the compiler that makes it deeper raises it here.
const RECORD: &[(&str, NativeStack)] = &[
    ("mps2-an386", NativeStack { loading: 13_632, instantiating: 11_392, calling: 10_752 }),
    ("mps2-an521", NativeStack { loading: 13_632, instantiating: 10_688, calling: 10_752 }),
    ("stm32f405", NativeStack { loading: 13_632, instantiating: 11_392, calling: 10_752 }),
];

/// What the board's firmware takes at most.
pub(crate) fn bound(board: &str) -> Option<NativeStack> {
    RECORD.iter().find(|(name, _)| *name == board).map(|(_, stack)| *stack)
}

impl NativeStack {
    /// What a run took, as far as it came.
    pub(crate) fn of(costs: &Costs) -> Self {
        let [loading, instantiating, calling] =
            [LOADING, INSTANTIATING, CALLING].map(|what| costs.figure(what).unwrap_or_default());
        Self { loading, instantiating, calling }
    }

    /// The figure of that name.
    pub(crate) fn figure(self, what: &str) -> Option<u64> {
        self.figures().into_iter().find(|(name, _)| *name == what).map(|(_, figure)| figure)
    }

    /// All figures, by their names.
    fn figures(self) -> [(&'static str, u64); 3] {
        let Self { loading, instantiating, calling } = self;
        [(LOADING, loading), (INSTANTIATING, instantiating), (CALLING, calling)]
    }

    /// The larger one of each.
    pub(crate) fn max(self, other: Self) -> Self {
        Self {
            loading: self.loading.max(other.loading),
            instantiating: self.instantiating.max(other.instantiating),
            calling: self.calling.max(other.calling),
        }
    }

    /// The first figure that is above its bound, in words.
    pub(crate) fn excess_over(self, bound: Self) -> Option<String> {
        let above = self.figures().into_iter().zip(bound.figures());
        let mut above = above.filter(|((_, figure), (_, bound))| figure > bound);
        let ((what, figure), (_, bound)) = above.next()?;
        Some(format!("{what}: {figure} bytes, at most {bound} on record"))
    }
}

impl fmt::Display for NativeStack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { loading, instantiating, calling } = *self;
        let [loading, instantiating, calling] = [loading, instantiating, calling].map(thousands);
        write!(
            f,
            "{loading} bytes at most while loading, {instantiating} instantiating, {calling} calling"
        )
    }
}
