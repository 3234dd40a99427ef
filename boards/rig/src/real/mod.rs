//! Real programs beside the same programs in other runtimes, and how they compare.

mod bound;
mod loading;
mod peers;

pub(crate) use bound::render as render_bound;
pub(crate) use loading::{LOADINGS, render as render_loading};
pub(crate) use peers::{Cost, PEERS, PEERS_ARE};

use crate::figures::thousands;
use crate::goals::Verdict;
use crate::table::Table;
use peers::Peers;

/// What a program costs in Vellum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measured {
    /// The module as compilers write it, which the chip validates and prepares.
    pub(crate) whole: Cost,
    /// Instructions to load it in each of the [`LOADINGS`].
    pub(crate) loads: [u64; LOADINGS.len()],
    /// Instructions to load it as it is, without asking whether the heap has room for it.
    pub(crate) unasked: u64,
}

/// How many times what the best peer needs: the least of each figure, whichever peer has it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Times {
    load: f64,
    run: f64,
}

impl Peers {
    fn times(&self, measured: &Measured) -> Option<Times> {
        let Cost { load, run, .. } = measured.whole;
        Some(Times {
            load: load as f64 / self.best(|cost| cost.load)?,
            run: run as f64 / self.best(|cost| cost.run)?,
        })
    }
}

/// The geometric mean of a figure of programs.
fn mean(figures: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) =
        figures.fold((0.0, 0), |(sum, count), figure| (sum + figure.ln(), count + 1));
    (sum / f64::from(count.max(1))).exp()
}

fn all_times(measured: &[Measured; PEERS.len()]) -> Vec<Times> {
    PEERS.iter().zip(measured).filter_map(|(peers, measured)| peers.times(measured)).collect()
}

/// The table, with the means in its last row.
pub(crate) fn render(measured: &[Measured; PEERS.len()]) -> String {
    let mut table = Table::new(&[
        "program",
        "load",
        "run",
        "RAM",
        "wasm3 load",
        "run",
        "RAM",
        "WAMR load",
        "run",
        "RAM",
        "load / best",
        "run / best",
    ]);
    let instructions = |count: u64| thousands(count.div_ceil(1000));
    let cost = |cost: Option<Cost>| match cost {
        Some(Cost { load, run, ram }) => [instructions(load), instructions(run), thousands(ram)],
        None => Default::default(),
    };
    let times = |times: Option<Times>| match times {
        Some(Times { load, run }) => [load, run].map(|times| format!("{times:.2}")),
        None => Default::default(),
    };
    for (peers, measured) in PEERS.iter().zip(measured) {
        let mut row = vec![peers.program.to_owned()];
        row.extend(cost(Some(measured.whole)));
        row.extend(cost(peers.wasm3));
        row.extend(cost(peers.wamr));
        row.extend(times(peers.times(measured)));
        table.row(row);
    }
    let all = all_times(measured);
    let mut row = vec!["geometric mean".to_owned()];
    row.extend(cost(mean_cost(loaded_by_all(measured).map(|(_, measured)| measured.whole))));
    for peer in [|peers: &Peers| peers.wasm3, |peers: &Peers| peers.wamr] {
        row.extend(cost(mean_cost(loaded_by_all(measured).filter_map(|(peers, _)| peer(peers)))));
    }
    row.extend(times(Some(Times {
        load: mean(all.iter().map(|times| times.load)),
        run: mean(all.iter().map(|times| times.run)),
    })));
    table.row(row);
    table.render()
}

/// The programs that every runtime loads.
fn loaded_by_all(
    measured: &[Measured; PEERS.len()],
) -> impl Iterator<Item = (&'static Peers, &Measured)> + Clone {
    let is_loaded = |(peers, _): &(&Peers, _)| peers.wasm3.is_some() && peers.wamr.is_some();
    PEERS.iter().zip(measured).filter(is_loaded)
}

fn mean_cost(costs: impl Iterator<Item = Cost> + Clone) -> Option<Cost> {
    let figure =
        |what: fn(Cost) -> u64| mean(costs.clone().map(|cost| what(cost) as f64)).round() as u64;
    Some(Cost {
        load: figure(|cost| cost.load),
        run: figure(|cost| cost.run),
        ram: figure(|cost| cost.ram),
    })
}

/// The goals, and what was reached of those that are missed. A change that lowers a figure lowers it here.
const RUN: (f64, f64) = (0.78, 0.78);
const WORST: (f64, f64) = (0.89, 0.89);
const LOAD: (f64, f64) = (1.2, 1.74);

/// Compares the means with the goals and with what was reached before.
pub(crate) fn verdict(measured: &[Measured; PEERS.len()]) -> Verdict {
    let all = all_times(measured);
    let worst = all.iter().map(|times| times.run).fold(0.0, f64::max);
    let mut verdict = Verdict::default();
    let best = " times the best peer's instructions";
    verdict.bound("real programs run in", best, mean(all.iter().map(|times| times.run)), RUN);
    verdict.bound("the worst of them runs in", best, worst, WORST);
    verdict.bound("they load in", best, mean(all.iter().map(|times| times.load)), LOAD);
    verdict.extend(loading::verdict(measured));
    verdict.extend(bound::verdict(measured));
    verdict
}

#[cfg(test)]
mod tests {
    use super::{Cost, LOADINGS, Measured, PEERS, loading, render, verdict};

    /// Figures that are those of the best peer, so many times.
    fn like_the_best(times: u64) -> [Measured; PEERS.len()] {
        PEERS.map(|peers| {
            let best = |figure: fn(&Cost) -> u64| {
                let figures = [peers.wasm3, peers.wamr].into_iter().flatten();
                figures.map(|cost| figure(&cost)).min().unwrap_or(1) * times
            };
            let whole = Cost { load: best(|it| it.load), run: best(|it| it.run), ram: 1 };
            Measured { whole, loads: [whole.load; LOADINGS.len()], unasked: whole.load / 2 }
        })
    }

    #[test]
    fn the_best_of_each_figure_counts() {
        let text = render(&like_the_best(2));
        let last = text.lines().rfind(|line| line.starts_with("| geometric mean")).unwrap();
        assert_eq!(last.matches("2.00").count(), 2, "{text}");
        let first = text.lines().find(|line| line.starts_with("| geometric mean")).unwrap();
        assert!(!first.contains("|        |"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }

    #[test]
    fn each_way_to_load_has_a_column_of_times() {
        let text = loading::render(&like_the_best(2));
        let means = text.lines().filter(|line| line.starts_with("| geometric mean"));
        let times: usize = means.map(|line| line.matches("2.00").count()).sum();
        assert_eq!(times, LOADINGS.len(), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }

    #[test]
    fn nothing_may_become_worse() {
        let verdict = verdict(&like_the_best(5));
        assert_eq!(verdict.worse.len(), 4 + LOADINGS.len(), "{verdict:?}");
    }

    #[test]
    fn programs_are_those_that_are_run() {
        use crate::commands::CHECKSUMS;
        assert!(PEERS.iter().map(|peers| peers.program).eq(CHECKSUMS.map(|(name, _)| name)));
    }
}
