//! How soon guests are stopped: what the firmware prints in its `stops` mode, and how it is shown.

use crate::bench::Collector;
use crate::figures::thousands;
use crate::table::Table;
use anyhow::Result;

/// Where a guest is when it is stopped: the heading of its row, and its name.
const COMPUTING: [(&str, &str); 12] = [
    ("in a loop", "loop"),
    ("in a loop of square roots of doubles", "sqrt"),
    ("in a loop of divisions of doubles", "div"),
    ("in a loop of remainders of i64", "rem"),
    ("in a loop that calls a host function", "call"),
    ("in memory.fill of 512 KiB", "fill"),
    ("in memory.copy of 512 KiB", "copy"),
    ("in memory.init", "init"),
    ("in memory.grow by 4 pages", "grow"),
    ("in table.fill of 4,096 elements", "table"),
    ("in table.copy of 4,096 elements", "table-copy"),
    ("in its start function", "start"),
];

/// The same where it does not compute, or not alone.
const OTHERS: [(&str, &str); 3] = [
    ("in a loop, on an engine with threads", "threads"),
    ("asleep, on an engine with threads", "sleep"),
    ("waiting for a host function that returns later", "never"),
];

/// What a boot measured, in instructions.
pub(crate) struct Stops {
    /// In slices of 1,000 units of fuel, and of the default length.
    rows: Vec<(&'static str, u64, Option<u64>)>,
}

impl Stops {
    /// The figures, if every one came; none of a board without a timer that interrupts.
    pub(crate) fn of(lines: &Collector) -> Result<Option<Self>> {
        if lines.is_empty() {
            return Ok(None);
        }
        let mut rows = Vec::new();
        for (heading, name) in COMPUTING {
            let short = lines.figure(&format!("stop-{name}"), 0)?;
            let default = lines.figure(&format!("stop-default-{name}"), 0)?;
            rows.push((heading, short, Some(default)));
        }
        for (heading, name) in OTHERS {
            rows.push((heading, lines.figure(&format!("stop-{name}"), 0)?, None));
        }
        Ok(Some(Self { rows }))
    }

    /// The most that any of them took, in slices of 1,000 units of fuel.
    pub(crate) fn worst(&self) -> u64 {
        self.rows.iter().map(|(_, short, _)| *short).max().unwrap_or(0)
    }

    /// The figures as a table.
    pub(crate) fn render(&self) -> String {
        let mut table = Table::new(&["a guest is stopped", "slices of 1,000", "of 10,000"]);
        for (heading, short, default) in &self.rows {
            let default = default.map(thousands).unwrap_or_default();
            table.row([(*heading).to_owned(), thousands(*short), default]);
        }
        format!("{}{NOTES}", table.render())
    }
}

const NOTES: &str = "
Instructions from the interrupt that stops a guest until its call returns, the most of 48 stops each.
";

#[cfg(test)]
mod tests {
    use super::{COMPUTING, OTHERS, Stops};
    use crate::bench::Collector;

    fn lines() -> Vec<String> {
        let computing = COMPUTING.iter().enumerate().flat_map(|(index, (_, name))| {
            let count = 1000 * (index + 1);
            [
                format!("bench: stop-{name} {count} 0"),
                format!("bench: stop-default-{name} {} 0", 10 * count),
            ]
        });
        let others = OTHERS.iter().map(|(_, name)| format!("bench: stop-{name} 7 0"));
        computing.chain(others).collect()
    }

    fn stops(lines: &[String]) -> anyhow::Result<Stops> {
        let mut collector = Collector::default();
        for line in lines {
            assert!(collector.take(line));
        }
        Ok(Stops::of(&collector)?.unwrap())
    }

    #[test]
    fn a_board_without_a_timer_has_no_figures() {
        assert!(Stops::of(&Collector::default()).unwrap().is_none());
    }

    #[test]
    fn the_worst_is_that_of_short_slices() {
        let stops = stops(&lines()).unwrap();
        assert_eq!(stops.worst(), 12_000);
        let text = stops.render();
        assert!(text.contains("|           1,000 |    10,000 |"), "{text}");
    }

    #[test]
    fn a_missing_figure_is_an_error() {
        let lines: Vec<_> = lines().into_iter().filter(|line| !line.contains("sleep")).collect();
        assert_eq!(stops(&lines).err().unwrap().to_string(), "not measured: stop-sleep");
    }
}
