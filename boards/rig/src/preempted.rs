//! What guests cost that give way when a timer says so: what the firmware prints in its `preempted` mode, and
//! how it is shown.

use crate::bench::{Collector, Workload, second_over_first};
use crate::figures::in_thousands;
use crate::table::Table;
use anyhow::Result;

/// What a boot measured.
pub(crate) struct Preempted {
    /// Instructions of the computing workloads: in one piece, and giving way.
    workloads: Vec<Workload>,
    mean: f64,
}

impl Preempted {
    /// The figures, if every one came and every checksum is right; none of a board without a timer that
    /// interrupts.
    pub(crate) fn of(lines: &Collector) -> Result<Option<Self>> {
        if lines.is_empty() {
            return Ok(None);
        }
        let workloads = lines.workloads(["contained", "preempted"])?;
        Ok(Some(Self { mean: second_over_first(&workloads), workloads }))
    }

    /// How many times the instructions the workloads take that give way, as a geometric mean.
    pub(crate) fn mean(&self) -> f64 {
        self.mean
    }

    #[cfg(test)]
    pub(crate) fn with_mean(mean: f64) -> Self {
        Self { workloads: Vec::new(), mean }
    }

    /// The figures as a table.
    pub(crate) fn render(&self) -> String {
        let mut table = Table::new(&["workload", "in a compartment", "gives way", "times"]);
        for &(heading, [whole, divided]) in &self.workloads {
            let times = format!("{:.3}", divided as f64 / whole as f64);
            table.row([heading.to_owned(), in_thousands(whole), in_thousands(divided), times]);
        }
        let mean = format!("{:.3}", self.mean);
        table.row(["mean".to_owned(), String::new(), String::new(), mean]);
        table.render() + NOTES
    }
}

const NOTES: &str = "
Thousands of instructions of calls as futures, which a timer has give way every 100,000
instructions, about as often as a slice of 10,000 units of fuel ends.
";

#[cfg(test)]
mod tests {
    use super::Preempted;
    use crate::bench::{COMPUTING, Collector, MEASURES};

    #[test]
    fn figures_come_of_all_workloads_or_of_none() {
        let mut lines = Collector::default();
        assert!(Preempted::of(&lines).unwrap().is_none());
        for measure in &MEASURES[COMPUTING] {
            assert!(Preempted::of(&lines).is_err() || lines.is_empty());
            for (way, count) in [("contained", 2_000), ("preempted", 2_020)] {
                let line = format!("bench: {way}-{} {count} {:x}", measure.name, measure.checksum);
                assert!(lines.take(&line));
            }
        }
        let figures = Preempted::of(&lines).unwrap().unwrap();
        assert!((figures.mean() - 1.01).abs() < 1e-9);
        let text = figures.render();
        assert!(text.contains("1.010") && text.lines().all(|line| line.len() <= 100), "{text}");
    }
}
