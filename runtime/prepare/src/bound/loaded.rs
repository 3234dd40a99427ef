//! What loading takes, as far as it does not depend on the types that the engine keeps already.

use super::{Heap, bytes::Bytes, outline::Outline, registered::Registered};

/// What it takes until the functions come, however these are loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Beginning {
    /// How many types the module has.
    pub(super) types: usize,
    /// The most that there is before they are registered, and what there is then.
    pub(super) before: Bytes,
    pub(super) kept: Bytes,
    /// The most that there is from then on, as an allocator places it.
    pub(super) placed: usize,
}

impl Beginning {
    pub(super) fn of(outline: &Outline) -> Self {
        let Outline { types, before, sum, .. } = outline;
        Self { types: *types, before: before.peak, kept: before.kept, placed: sum.peak.placed }
    }

    /// What loading takes in an engine that keeps so many types already.
    pub(super) fn heap(&self, rest: &Rest, types: usize) -> Heap {
        let Registered { moment, kept } = Registered::of(types, self.types);
        let registering = self.before.or(self.kept.and(moment));
        let begun = registering.placed.max(self.placed.saturating_add(kept.placed));
        let peak = registering.or(rest.peak.and(kept));
        Heap {
            peak: peak.asked,
            kept: rest.kept.saturating_add(kept.asked),
            placed: peak.placed.max(begun.saturating_add(rest.holes)),
            largest: peak.largest,
        }
    }
}

/// What the rest takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rest {
    /// The most that there is once the types are registered, without holes and without what registering
    /// takes.
    pub(super) peak: Bytes,
    /// What stays, in bytes as they are asked for.
    pub(super) kept: usize,
    /// What functions take with the holes between them, beyond the most that there was before: bytes that an
    /// allocator places.
    pub(super) holes: usize,
}
