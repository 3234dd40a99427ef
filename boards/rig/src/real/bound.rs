//! What the bound of a program's heap takes of loading it.

use super::{Measured, PEERS, mean};
use crate::figures::thousands;
use crate::goals::Verdict;
use crate::table::Table;

/// The share that it is to have, and what was reached: that of a coarse bound, which is enough here.
const SHARE: (f64, f64) = (0.01, 0.01);

impl Measured {
    fn bound(&self) -> u64 {
        self.whole.load.saturating_sub(self.unasked)
    }

    fn share(&self) -> f64 {
        self.bound() as f64 / self.whole.load as f64
    }
}

/// The table, with the mean in its last row.
pub(crate) fn render(measured: &[Measured; PEERS.len()]) -> String {
    let mut table = Table::new(&["program", "load", "bound", "bound / load"]);
    let instructions = |count: u64| thousands(count.div_ceil(1000));
    for (peers, measured) in PEERS.iter().zip(measured) {
        let (load, bound) = (instructions(measured.whole.load), instructions(measured.bound()));
        table.row(vec![peers.program.to_owned(), load, bound, format!("{:.3}", measured.share())]);
    }
    let of_all = format!("{:.3}", mean(measured.iter().map(Measured::share)));
    table.row(vec!["geometric mean".to_owned(), String::new(), String::new(), of_all]);
    table.render()
}

/// Compares the mean with the goal and with what was reached before.
pub(super) fn verdict(measured: &[Measured; PEERS.len()]) -> Verdict {
    let mut verdict = Verdict::default();
    let share = mean(measured.iter().map(Measured::share));
    verdict.bound("the bound of their heap takes", " of the instructions of loading", share, SHARE);
    verdict
}
