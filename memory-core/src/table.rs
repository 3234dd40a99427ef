//! Which granules of a pool are leased.

use heapless::Vec;

use crate::size::Granule;

/// The most leases that a pool grants at one time. An empty lease does not count.
pub const MAX_LEASES: usize = 128;

/// A contiguous run of granules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Run {
    pub(crate) start: u16,
    pub(crate) len: u16,
}

impl Run {
    fn end(self) -> u16 {
        self.start + self.len
    }
}

/// The leased runs, none empty, in order and apart, and the most granules ever leased at one time.
///
/// The bytes of the empty table are zeros, so that a pool lies in `.bss`.
pub(crate) struct Table {
    runs: Vec<Run, MAX_LEASES>,
    high_water: u16,
    /// What one granule is, once the pool has been asked.
    pub(crate) granule: Option<Granule>,
}

impl Table {
    pub(crate) const fn new() -> Self {
        Self { runs: Vec::new(), high_water: 0, granule: None }
    }

    /// Takes the first free run of `len` granules out of `total`; a run of none is not written
    /// down.
    pub(crate) fn take(&mut self, len: u16, total: u16) -> Option<Run> {
        let (index, start) = self
            .gaps(total)
            .enumerate()
            .find(|(_, gap)| gap.len >= len)
            .map(|(index, gap)| (index, gap.start))?;
        let run = Run { start, len };
        if len > 0 {
            self.runs.insert(index, run).ok()?;
        }
        self.high_water = self.high_water.max(self.leased());
        Some(run)
    }

    /// Gives back the run that starts at `start`.
    pub(crate) fn give_back(&mut self, start: u16) {
        if let Ok(index) = self.runs.binary_search_by_key(&start, |run| run.start) {
            self.runs.remove(index);
        }
    }

    pub(crate) fn leased(&self) -> u16 {
        self.runs.iter().map(|run| run.len).sum()
    }

    pub(crate) fn leases(&self) -> usize {
        self.runs.len()
    }

    pub(crate) fn largest_free(&self, total: u16) -> u16 {
        self.gaps(total).map(|gap| gap.len).max().unwrap_or(0)
    }

    pub(crate) fn high_water(&self) -> u16 {
        self.high_water
    }

    /// The free run, perhaps empty, before each leased run and after the last.
    fn gaps(&self, total: u16) -> impl Iterator<Item = Run> + '_ {
        let starts = core::iter::once(0).chain(self.runs.iter().map(|run| run.end()));
        let ends = self.runs.iter().map(|run| run.start).chain(core::iter::once(total));
        starts.zip(ends).map(|(start, end)| Run { start, len: end - start })
    }
}
