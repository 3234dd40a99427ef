//! Real programs beside the same programs in other runtimes, and how they compare.

use crate::figures::thousands;
use crate::goals::Verdict;
use crate::table::Table;

/// What a program costs in a runtime.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cost {
    /// Instructions to load it.
    pub(crate) load: u64,
    /// Instructions to run it.
    pub(crate) run: u64,
    /// The most bytes of heap and linear memory together.
    pub(crate) ram: u64,
}

/// What other runtimes need for a program; `None` where they don't load it.
pub(crate) struct Peers {
    pub(crate) program: &'static str,
    pub(crate) wasm3: Option<Cost>,
    pub(crate) wamr: Option<Cost>,
}

/// How the peers were built, and on what they were measured. `boards/peers/` has the commands.
pub(crate) const PEERS_ARE: &str = "wasm3 0.5.0, and WAMR's fast interpreter of December 2020, with gcc 12.2 -O3, \
                                    on mps2-an386";

const fn cost(load: u64, run: u64, ram: u64) -> Option<Cost> {
    Some(Cost { load, run, ram })
}

/// As `boards/peers/measure.sh` prints them.
pub(crate) const PEERS: [Peers; 10] = [
    Peers {
        program: "cbor",
        wasm3: cost(4_552_240, 3_168_520, 177_136),
        wamr: cost(7_137_720, 3_044_600, 121_664),
    },
    Peers {
        program: "deflate",
        wasm3: cost(3_823_040, 5_730_960, 150_000),
        wamr: cost(5_509_560, 4_775_080, 106_536),
    },
    Peers {
        program: "fft",
        wasm3: cost(882_320, 14_397_920, 102_328),
        wamr: cost(1_234_320, 6_595_560, 32_760),
    },
    Peers {
        program: "image",
        wasm3: cost(1_347_000, 31_821_600, 107_136),
        wamr: cost(1_977_520, 26_875_400, 60_656),
    },
    Peers {
        program: "json",
        wasm3: cost(7_052_720, 7_483_280, 215_944),
        wamr: cost(11_140_880, 7_409_400, 157_240),
    },
    Peers {
        program: "position",
        wasm3: cost(11_684_160, 4_388_880, 267_368),
        wamr: cost(19_565_720, 3_878_160, 209_336),
    },
    Peers { program: "regex", wasm3: None, wamr: None },
    Peers {
        program: "sha",
        wasm3: cost(2_139_680, 4_053_880, 131_168),
        wamr: cost(3_219_240, 3_106_560, 51_624),
    },
    Peers {
        program: "shrink",
        wasm3: cost(810_080, 53_231_920, 102_632),
        wamr: cost(1_152_760, 40_320_520, 29_944),
    },
    Peers {
        program: "state",
        wasm3: cost(171_800, 2_280_640, 93_448),
        wamr: cost(163_960, 1_885_840, 18_848),
    },
];

/// What a program costs in Vellum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Measured {
    /// The module as compilers write it, which the chip validates and prepares.
    pub(crate) whole: Cost,
    /// Instructions to load it prepared ahead of time.
    pub(crate) prepared_load: u64,
}

/// How many times what the best peer needs: the least of each figure, whichever peer has it.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Times {
    load: f64,
    prepared_load: f64,
    run: f64,
}

impl Peers {
    fn best(&self, figure: fn(&Cost) -> u64) -> Option<f64> {
        let figures = [self.wasm3, self.wamr].into_iter().flatten();
        figures.map(|cost| figure(&cost)).min().map(|least| least as f64)
    }

    fn times(&self, measured: &Measured) -> Option<Times> {
        let load = self.best(|cost| cost.load)?;
        Some(Times {
            load: measured.whole.load as f64 / load,
            prepared_load: measured.prepared_load as f64 / load,
            run: measured.whole.run as f64 / self.best(|cost| cost.run)?,
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
        "prepared",
        "run",
        "RAM",
        "wasm3 load",
        "run",
        "RAM",
        "WAMR load",
        "run",
        "RAM",
        "load / best",
        "prepared / best",
        "run / best",
    ]);
    let instructions = |count: u64| thousands(count.div_ceil(1000));
    let cost = |cost: Option<Cost>| match cost {
        Some(Cost { load, run, ram }) => [instructions(load), instructions(run), thousands(ram)],
        None => Default::default(),
    };
    let times = |times: Option<Times>| match times {
        Some(Times { load, prepared_load, run }) => {
            [load, prepared_load, run].map(|times| format!("{times:.2}"))
        }
        None => Default::default(),
    };
    for (peers, measured) in PEERS.iter().zip(measured) {
        let [load, run, ram] = cost(Some(measured.whole));
        let mut row = vec![peers.program.to_owned(), load];
        row.extend([instructions(measured.prepared_load), run, ram]);
        row.extend(cost(peers.wasm3));
        row.extend(cost(peers.wamr));
        row.extend(times(peers.times(measured)));
        table.row(row);
    }
    let all = all_times(measured);
    let ours = loaded_by_all(measured).map(|(_, measured)| measured);
    let [load, run, ram] = cost(mean_cost(ours.clone().map(|ours| ours.whole)));
    let prepared = mean(ours.map(|ours| ours.prepared_load as f64));
    let mut row = vec!["geometric mean".to_owned(), load];
    row.extend([instructions(prepared.round() as u64), run, ram]);
    for peer in [|peers: &Peers| peers.wasm3, |peers: &Peers| peers.wamr] {
        row.extend(cost(mean_cost(loaded_by_all(measured).filter_map(|(peers, _)| peer(peers)))));
    }
    row.extend(times(Some(Times {
        load: mean(all.iter().map(|times| times.load)),
        prepared_load: mean(all.iter().map(|times| times.prepared_load)),
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
const LOAD: (f64, f64) = (1.2, 3.16);
const PREPARED: (f64, f64) = (0.8, 3.15);

/// Compares the means with the goals and with what was reached before.
pub(crate) fn verdict(measured: &[Measured; PEERS.len()]) -> Verdict {
    let all = all_times(measured);
    let worst = all.iter().map(|times| times.run).fold(0.0, f64::max);
    let mut verdict = Verdict::default();
    let best = " times the best peer's instructions";
    verdict.bound("real programs run in", best, mean(all.iter().map(|times| times.run)), RUN);
    verdict.bound("the worst of them runs in", best, worst, WORST);
    verdict.bound("they load in", best, mean(all.iter().map(|times| times.load)), LOAD);
    let prepared = mean(all.iter().map(|times| times.prepared_load));
    verdict.bound("they load prepared in", best, prepared, PREPARED);
    verdict
}

#[cfg(test)]
mod tests {
    use super::{Cost, Measured, PEERS, render, verdict};

    /// Figures that are those of the best peer, so many times.
    fn like_the_best(times: u64) -> [Measured; PEERS.len()] {
        PEERS.map(|peers| {
            let best = |figure: fn(&Cost) -> u64| {
                let figures = [peers.wasm3, peers.wamr].into_iter().flatten();
                figures.map(|cost| figure(&cost)).min().unwrap_or(1) * times
            };
            let whole = Cost { load: best(|it| it.load), run: best(|it| it.run), ram: 1 };
            Measured { whole, prepared_load: whole.load }
        })
    }

    #[test]
    fn the_best_of_each_figure_counts() {
        let text = render(&like_the_best(2));
        let last = text.lines().rfind(|line| line.starts_with("| geometric mean")).unwrap();
        assert_eq!(last.matches("2.00").count(), 3, "{text}");
        let first = text.lines().find(|line| line.starts_with("| geometric mean")).unwrap();
        assert!(!first.contains("|        |"), "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }

    #[test]
    fn nothing_may_become_worse() {
        let verdict = verdict(&like_the_best(5));
        assert_eq!(verdict.worse.len(), 4, "{verdict:?}");
    }

    #[test]
    fn programs_are_those_that_are_run() {
        use crate::commands::CHECKSUMS;
        assert!(PEERS.iter().map(|peers| peers.program).eq(CHECKSUMS.map(|(name, _)| name)));
    }
}
