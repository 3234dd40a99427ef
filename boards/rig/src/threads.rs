//! What threads cost: what the firmware prints in its `threads` mode, and how it is shown.

use crate::bench::{Collector, Workload, geometric_mean, second_over_first};
use crate::figures::{in_thousands, thousands};
use crate::table::Table;
use anyhow::Result;

/// How often the firmware does a thing that it counts.
const TIMES: f64 = 1000.0;

/// What a guest does to a shared memory: the heading of its row, its name, the checksum.
const ACCESSES: [(&str, &str, u32); 4] = [
    ("load", "load", 0xe),
    ("store", "store", 1),
    ("read, add, write", "add", 0x177b),
    ("compare and exchange", "exchange", 0xe),
];
const COPIES: [(&str, &str, u32); 2] =
    [("copy 64 bytes", "copy-64", 9), ("copy 1,024 bytes", "copy-1024", 9)];

/// The rest of what is counted, in the same order.
const OTHERS: [(&str, &str, u32); 8] = [
    ("end of a slice", "slice", 0),
    ("end of a slice, two stores in turns", "slice-of-two", 0),
    ("notify another store, wait for it", "hand-over", 0x3e8),
    ("wait, be notified by the host, go on", "park", 0x3e8),
    ("host reads 16 bytes, private memory", "private-read", 7),
    ("host reads 16 bytes, shared memory", "shared-read", 7),
    ("host writes 16 bytes, private memory", "private-write", 7),
    ("host writes 16 bytes, shared memory", "shared-write", 7),
];

/// The figures that have goals, in instructions.
#[derive(Debug)]
pub(crate) struct Threads {
    pub(crate) plain_load: f64,
    pub(crate) atomic_load: f64,
    pub(crate) locked_load: f64,
    /// One slice switch.
    pub(crate) slice: f64,
    /// A wait, its notification and going on.
    pub(crate) hand_over: f64,
    /// A wait that the host ends.
    pub(crate) park: f64,
    /// How much more the host needs for a shared memory than for a private one, at most.
    pub(crate) host: f64,
    /// How many times the instructions the computing workloads take in slices.
    pub(crate) sliced: f64,
}

/// How many times the instructions optimized workloads take of those that are not, in one piece.
#[derive(Debug)]
pub(crate) struct Optimized {
    /// In slices, as a geometric mean.
    pub(crate) in_slices: f64,
    /// In one piece, the most.
    pub(crate) whole: f64,
}

/// What a boot measured.
pub(crate) struct Measured {
    pub(crate) figures: Threads,
    /// Rows of the table of accesses: plain, atomic, locked.
    accesses: Vec<(&'static str, [Option<f64>; 3])>,
    others: Vec<(&'static str, f64)>,
    /// Instructions of the computing workloads: without threads, in slices.
    workloads: Vec<Workload>,
}

impl Measured {
    /// The figures, if every one came and every checksum is right.
    pub(crate) fn of(lines: &Collector) -> Result<Self> {
        let one = |name: &str, sum| -> Result<f64> { Ok(lines.figure(name, sum)? as f64 / TIMES) };
        let mut accesses = Vec::new();
        for (heading, name, sum) in ACCESSES {
            let way = |way: &str| one(&format!("{way}-{name}"), sum).map(Some);
            accesses.push((heading, [way("plain")?, way("atomic")?, way("locked-atomic")?]));
        }
        for (heading, name, sum) in COPIES {
            let locked = one(&format!("locked-{name}"), sum)?;
            accesses.push((heading, [Some(one(name, sum)?), None, Some(locked)]));
        }
        let mut others = Vec::new();
        for (heading, name, sum) in OTHERS {
            others.push((heading, one(name, sum)?));
        }
        let workloads = lines.workloads(["whole", "sliced"])?;
        let host = |way: &str| -> Result<f64> {
            Ok(one(&format!("shared-{way}"), 7)? - one(&format!("private-{way}"), 7)?)
        };
        let figures = Threads {
            plain_load: one("plain-load", 0xe)?,
            atomic_load: one("atomic-load", 0xe)?,
            locked_load: one("locked-atomic-load", 0xe)?,
            slice: one("slice", 0)?,
            hand_over: one("hand-over", 0x3e8)?,
            park: one("park", 0x3e8)?,
            host: f64::max(host("read")?, host("write")?),
            sliced: second_over_first(&workloads),
        };
        Ok(Self { figures, accesses, others, workloads })
    }

    /// The figures as tables, beside those of optimized workloads.
    pub(crate) fn render(&self, optimized: &Self) -> String {
        let figure = |count: f64| match count {
            count if count < 1000.0 => format!("{count:.1}"),
            count => thousands(count.round() as u64),
        };
        let mut accesses = Table::new(&["access of a guest", "plain", "atomic", "locked"]);
        for (heading, counts) in &self.accesses {
            let cells = counts.map(|count| count.map(figure).unwrap_or_default());
            accesses.row([(*heading).to_owned()].into_iter().chain(cells));
        }
        let mut others = Table::new(&["what", "instructions"]);
        for (heading, count) in &self.others {
            others.row([(*heading).to_owned(), figure(*count)]);
        }
        let workloads = self.render_workloads(optimized);
        format!("{}\n{}\n{workloads}{NOTES}", accesses.render(), others.render())
    }

    fn render_workloads(&self, optimized: &Self) -> String {
        let headings =
            ["workload", "whole", "in slices", "times", "optimized", "in slices", "times"];
        let mut table = Table::new(&headings);
        for ((heading, plain), (_, optimized)) in self.workloads.iter().zip(&optimized.workloads) {
            let [whole, _] = *plain;
            let times = |sliced: u64| format!("{:.3}", sliced as f64 / whole as f64);
            let cells = |[whole, sliced]: [u64; 2]| {
                [in_thousands(whole), in_thousands(sliced), times(sliced)]
            };
            let cells = cells(*plain).into_iter().chain(cells(*optimized));
            table.row([(*heading).to_owned()].into_iter().chain(cells));
        }
        let mean = |mean: f64| [String::new(), String::new(), format!("{mean:.3}")];
        let gain = self.gain(optimized);
        let cells = mean(self.figures.sliced).into_iter().chain(mean(gain.in_slices));
        table.row(["mean".to_owned()].into_iter().chain(cells));
        table.render()
    }

    /// What the workloads take when they are optimized, of what these take in one piece.
    pub(crate) fn gain(&self, optimized: &Self) -> Optimized {
        let pairs = || self.workloads.iter().zip(&optimized.workloads);
        let times = |[whole, _]: [u64; 2], other: u64| other as f64 / whole as f64;
        let in_slices = pairs().map(|((_, plain), (_, other))| times(*plain, other[1]));
        let in_slices = geometric_mean(in_slices.collect());
        let whole = pairs().map(|((_, plain), (_, other))| times(*plain, other[0]));
        Optimized { in_slices, whole: whole.fold(0.0, f64::max) }
    }
}

const NOTES: &str = "
Instructions of each, without the loop around it. Plain: as in a memory that is not shared. Atomic:
by guests of the memory's own engine. Locked: by those of another engine. Copies are from private
memory to shared. The workloads in thousands, in slices of the default length on an engine with
threads, and the geometric mean; then optimized, as `--optimize=8` does. Both times are of the
workload as it is, in one piece.
";

#[cfg(test)]
mod tests {
    use super::{ACCESSES, COPIES, Measured, OTHERS};
    use crate::bench::{COMPUTING, Collector, MEASURES};

    fn lines() -> Vec<String> {
        let mut lines = Vec::new();
        let mut add = |name: String, count: u32, sum: u32| {
            lines.push(format!("bench: {name} {count} {sum:x}"));
        };
        for (_, name, sum) in ACCESSES {
            add(format!("plain-{name}"), 20_000, sum);
            add(format!("atomic-{name}"), 40_040, sum);
            add(format!("locked-atomic-{name}"), 500_000, sum);
        }
        for (_, name, sum) in COPIES {
            add(name.to_owned(), 300_000, sum);
            add(format!("locked-{name}"), 1_500_000, sum);
        }
        for (_, name, sum) in OTHERS {
            add(name.to_owned(), if name.starts_with("shared") { 90_000 } else { 30_000 }, sum);
        }
        for measure in &MEASURES[COMPUTING] {
            add(format!("whole-{}", measure.name), 1000, measure.checksum);
            add(format!("sliced-{}", measure.name), 1200, measure.checksum);
        }
        lines
    }

    fn measured(lines: &[String]) -> anyhow::Result<Measured> {
        let mut collector = Collector::default();
        for line in lines {
            assert!(collector.take(line));
        }
        Measured::of(&collector)
    }

    #[test]
    fn figures_are_those_of_one_access() {
        let measured = measured(&lines()).unwrap();
        let figures = &measured.figures;
        assert_eq!((figures.plain_load, figures.locked_load), (20.0, 500.0));
        assert_eq!(figures.host, 60.0);
        assert!((figures.sliced - 1.2).abs() < 1e-9);
        let text = measured.render(&measured);
        assert!(text.contains("| load                 |  20.0 |   40.0 |  500.0 |"), "{text}");
        assert!(text.contains("| copy 64 bytes        | 300.0 |        |  1,500 |"), "{text}");
    }

    #[test]
    fn optimized_workloads_are_compared_with_plain_ones_in_one_piece() {
        let plain = measured(&lines()).unwrap();
        let faster = |line: &str| line.replace(" 1200 ", " 1080 ");
        let slower = |line: String| match line.strip_prefix("bench: whole-crc 1000 ") {
            Some(sum) => format!("bench: whole-crc 1020 {sum}"),
            None => line,
        };
        let lines: Vec<_> = lines().iter().map(|line| slower(faster(line))).collect();
        let optimized = measured(&lines).unwrap();
        let gain = plain.gain(&optimized);
        assert!((gain.in_slices - 1.08).abs() < 1e-9, "{gain:?}");
        assert!((gain.whole - 1.02).abs() < 1e-9, "{gain:?}");
        let text = plain.render(&optimized);
        assert!(
            text.contains(
                "| mean     |       |           | 1.200 |           |           | 1.080 |"
            ),
            "{text}"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }

    #[test]
    fn a_missing_figure_is_an_error() {
        let lines: Vec<_> = lines().into_iter().filter(|line| !line.contains("slice-of")).collect();
        let error = measured(&lines).err().unwrap().to_string();
        assert_eq!(error, "not measured: slice-of-two");
    }
}
