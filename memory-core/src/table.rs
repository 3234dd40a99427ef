//! Which granules of a pool are leased.

use heapless::Vec;

use crate::lent::Lent;
use crate::size::Granule;

/// The most leases that a pool grants at once. An empty lease does not count.
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

/// The leased runs, none empty, in order and apart, and the most granules ever leased at once.
///
/// The bytes of the empty table are zeros, so that a pool lies in `.bss`.
pub(crate) struct Table {
    runs: Vec<Run, MAX_LEASES>,
    high_water: u16,
    /// What one granule is, once the pool has been used.
    pub(crate) granule: Option<Granule>,
    /// Bytes in the place of the pool's own.
    pub(crate) lent: Option<Lent>,
}

impl Table {
    pub(crate) const fn new() -> Self {
        Self { runs: Vec::new(), high_water: 0, granule: None, lent: None }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn runs(table: &Table) -> std::vec::Vec<(u16, u16)> {
        table.runs.iter().map(|run| (run.start, run.len)).collect()
    }

    fn take(table: &mut Table, len: u16) -> Option<u16> {
        table.take(len, 10).map(|run| run.start)
    }

    #[test]
    fn the_first_gap_that_is_long_enough_is_taken() {
        let mut table = Table::new();
        assert_eq!([2, 3, 1, 4].map(|len| take(&mut table, len)), [0, 2, 5, 6].map(Some));
        assert_eq!(take(&mut table, 1), None);
        table.give_back(5);
        table.give_back(0);
        assert_eq!(take(&mut table, 1), Some(0));
        assert_eq!(take(&mut table, 2), None);
        assert_eq!(take(&mut table, 1), Some(1));
        assert_eq!(take(&mut table, 1), Some(5));
        assert_eq!(runs(&table), [(0, 1), (1, 1), (2, 3), (5, 1), (6, 4)]);
    }

    #[test]
    fn runs_that_are_given_back_join() {
        let mut table = Table::new();
        assert_eq!([2, 2, 2].map(|len| take(&mut table, len)), [0, 2, 4].map(Some));
        table.give_back(2);
        assert_eq!(table.largest_free(10), 4);
        table.give_back(4);
        assert_eq!(table.largest_free(10), 8);
        assert_eq!((table.leased(), table.leases(), table.high_water()), (2, 1, 6));
        assert_eq!(take(&mut table, 8), Some(2));
        assert_eq!(table.largest_free(10), 0);
    }

    #[test]
    fn an_empty_run_is_not_written_down() {
        let mut table = Table::new();
        assert_eq!(take(&mut table, 10), Some(0));
        assert_eq!(table.take(0, 10).map(|run| run.len), Some(0));
        assert_eq!(runs(&table), [(0, 10)]);
    }

    #[test]
    fn a_start_that_is_not_leased_gives_nothing_back() {
        let mut table = Table::new();
        assert_eq!(take(&mut table, 3), Some(0));
        table.give_back(1);
        assert_eq!(runs(&table), [(0, 3)]);
    }

    #[test]
    fn a_full_table_grants_nothing_and_keeps_what_it_has() {
        let mut table = Table::new();
        for start in 0..MAX_LEASES as u16 {
            assert_eq!(table.take(1, u16::MAX), Some(Run { start, len: 1 }));
        }
        assert_eq!(table.take(1, u16::MAX), None);
        assert_eq!((table.leases(), table.high_water()), (MAX_LEASES, MAX_LEASES as u16));
        table.give_back(7);
        assert_eq!(table.take(1, u16::MAX), Some(Run { start: 7, len: 1 }));
    }

    #[test]
    fn the_last_granule_of_the_largest_pool_can_be_taken() {
        let mut table = Table::new();
        assert_eq!(table.take(u16::MAX - 1, u16::MAX), Some(Run { start: 0, len: u16::MAX - 1 }));
        assert_eq!(table.take(1, u16::MAX), Some(Run { start: u16::MAX - 1, len: 1 }));
        assert_eq!(table.take(1, u16::MAX), None);
        assert_eq!(table.leased(), u16::MAX);
    }
}
