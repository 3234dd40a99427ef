//! Ways to load the programs, beside the one that other runtimes have.

use super::{Measured, PEERS, loaded_by_all, mean};
use crate::figures::thousands;
use crate::goals::Verdict;
use crate::table::Table;

/// A way to load a module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Loading {
    heading: &'static str,
    /// How many times the best peer's instructions it is to take, and what was reached of that.
    goal: (f64, f64),
}

/// All besides the usual one. A change that lowers a figure lowers it here.
pub(crate) const LOADINGS: [Loading; 6] = [
    Loading { heading: "lazy", goal: (0.6, 0.6) },
    Loading { heading: "prepared", goal: (0.8, 1.73) },
    Loading { heading: "signed", goal: (0.8, 2.68) },
    Loading { heading: "signed, lazy", goal: (0.8, 1.25) },
    Loading { heading: "verified", goal: (0.8, 1.24) },
    Loading { heading: "verified, lazy", goal: (0.09, 0.09) },
];

/// How many times the best peer's instructions each program takes that a peer loads.
fn times(measured: &[Measured; PEERS.len()], way: usize) -> impl Iterator<Item = f64> {
    PEERS.iter().zip(measured).filter_map(move |(peers, measured)| {
        Some(*measured.loads.get(way)? as f64 / peers.best(|cost| cost.load)?)
    })
}

/// The table, with the means in its last row.
pub(crate) fn render(measured: &[Measured; PEERS.len()]) -> String {
    let of_best = LOADINGS.map(|loading| format!("{} / best", loading.heading));
    let mut headings = vec!["program", "load"];
    headings.extend(LOADINGS.map(|loading| loading.heading));
    headings.push("best peer");
    headings.extend(of_best.iter().map(String::as_str));
    let mut table = Table::new(&headings);
    let instructions = |count: f64| thousands((count / 1000.0).ceil() as u64);
    for (peers, measured) in PEERS.iter().zip(measured) {
        let best = peers.best(|cost| cost.load);
        let mut row = vec![peers.program.to_owned(), instructions(measured.whole.load as f64)];
        row.extend(measured.loads.map(|load| instructions(load as f64)));
        row.push(best.map(instructions).unwrap_or_default());
        let times = |load: u64| best.map(|best| format!("{:.2}", load as f64 / best));
        row.extend(measured.loads.map(|load| times(load).unwrap_or_default()));
        table.row(row);
    }
    let mean_of = |figure: &dyn Fn(&Measured) -> u64| {
        mean(loaded_by_all(measured).map(|(_, measured)| figure(measured) as f64))
    };
    let ways = 0..LOADINGS.len();
    let mut row = vec!["geometric mean".to_owned(), instructions(mean_of(&|it| it.whole.load))];
    row.extend(
        ways.clone()
            .map(|way| instructions(mean_of(&|it| it.loads.get(way).copied().unwrap_or_default()))),
    );
    let best = loaded_by_all(measured).filter_map(|(peers, _)| peers.best(|cost| cost.load));
    row.push(instructions(mean(best)));
    row.extend(ways.map(|way| format!("{:.2}", mean(times(measured, way)))));
    table.row(row);
    table.render()
}

/// Compares the means with the goals and with what was reached before.
pub(super) fn verdict(measured: &[Measured; PEERS.len()]) -> Verdict {
    let mut verdict = Verdict::default();
    for (way, Loading { heading, goal, .. }) in LOADINGS.into_iter().enumerate() {
        let what = format!("they load {heading} in");
        let best = " times the best peer's instructions";
        verdict.bound(&what, best, mean(times(measured, way)), goal);
    }
    verdict
}
