//! The benchmark: what the firmware prints in its `bench` mode, and whether it is right.

use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;

/// One thing that is measured.
pub(crate) struct Measure {
    /// As the firmware prints it.
    pub(crate) name: &'static str,
    /// As a table's heading.
    pub(crate) heading: &'static str,
    /// What the work has to come to.
    pub(crate) checksum: u32,
}

const fn measure(name: &'static str, heading: &'static str, checksum: u32) -> Measure {
    Measure { name, heading, checksum }
}

/// The measures, in the order of the table's columns.
pub(crate) const MEASURES: [Measure; 10] = [
    measure("load", "load", 0),
    measure("fib", "fib", 0x1a6d),
    measure("sieve", "sieve", 0x1414),
    measure("crc", "crc", 0x316d_8ba3),
    measure("matmul", "matmul", 0xe4fc_eb80),
    measure("bytecopy", "bytecopy", 0xbefa),
    measure("bulk", "bulk", 0x688b_2210),
    measure("hostcalls", "1000 host calls", 0x3e8),
    measure("guestcalls", "1000 guest calls", 0x3e8),
    measure("grow", "grow 1 page", 1),
];

/// The measures that a geometric mean is made of: those that only compute.
pub(crate) const COMPUTING: std::ops::Range<usize> = 1..6;

/// What one boot measured.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Figures {
    /// Instructions, in the order of [`MEASURES`].
    pub(crate) instructions: [u64; MEASURES.len()],
    /// Peak of the heap in bytes.
    pub(crate) heap: u64,
    /// Most native stack in bytes while loading.
    pub(crate) stack_load: u64,
    /// Most native stack in bytes while running.
    pub(crate) stack_run: u64,
}

impl Figures {
    /// Thousands of instructions, to calculate with.
    pub(crate) fn thousands(&self) -> [Option<f64>; MEASURES.len()] {
        self.instructions.map(|count| Some(count as f64 / 1000.0))
    }
}

/// A workload's heading, and what it took in two ways.
pub(crate) type Workload = (&'static str, [u64; 2]);

/// The lines of a boot, collected.
#[derive(Default)]
pub(crate) struct Collector {
    values: BTreeMap<String, (u64, Option<u32>)>,
    wrong: Option<String>,
}

impl Collector {
    /// Takes in a line, and tells whether it is one of the benchmark's.
    pub(crate) fn take(&mut self, line: &str) -> bool {
        let Some(fields) = line.strip_prefix("bench: ") else {
            return false;
        };
        if fields != "end" {
            match parse(fields) {
                Some((name, value)) => drop(self.values.insert(name.to_owned(), value)),
                None => self.wrong = Some(line.to_owned()),
            }
        }
        true
    }

    /// Whether nothing was measured.
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty() && self.wrong.is_none()
    }

    /// The figures, if every one came and every checksum is right.
    pub(crate) fn finish(self) -> Result<Figures> {
        let mut instructions = [0; MEASURES.len()];
        for (measure, slot) in MEASURES.iter().zip(&mut instructions) {
            *slot = self.figure(measure.name, measure.checksum)?;
        }
        Ok(Figures {
            instructions,
            heap: self.value("heap-peak")?.0,
            stack_load: self.value("stack-load")?.0,
            stack_run: self.value("stack-run")?.0,
        })
    }

    /// What was counted for a name, if it came and its checksum is this.
    pub(crate) fn figure(&self, name: &str, should: u32) -> Result<u64> {
        let (count, checksum) = self.value(name)?;
        if checksum != Some(should) {
            bail!("wrong checksum: {name}: {:x} for {should:x}", checksum.unwrap_or(0));
        }
        Ok(count)
    }

    /// What the computing workloads took in two ways, whose names begin theirs, if all came and every checksum is
    /// right.
    pub(crate) fn workloads(&self, ways: [&str; 2]) -> Result<Vec<Workload>> {
        let computing = MEASURES.get(COMPUTING).context("no such measures")?;
        let workload = |measure: &Measure| {
            let count = |way| self.figure(&format!("{way}-{}", measure.name), measure.checksum);
            let [first, second] = ways;
            Ok((measure.heading, [count(first)?, count(second)?]))
        };
        computing.iter().map(workload).collect()
    }

    fn value(&self, name: &str) -> Result<(u64, Option<u32>)> {
        if let Some(line) = &self.wrong {
            bail!("wrong line of the firmware: {line}");
        }
        self.values.get(name).copied().with_context(|| format!("not measured: {name}"))
    }
}

/// `NAME FIGURE [CHECKSUM]`
fn parse(fields: &str) -> Option<(&str, (u64, Option<u32>))> {
    let mut words = fields.split(' ');
    let (name, figure) = (words.next()?, words.next()?.parse().ok()?);
    let checksum = words.next().map(|word| u32::from_str_radix(word, 16)).transpose().ok()?;
    words.next().is_none().then_some((name, (figure, checksum)))
}

/// How many times `others` is of `base`, as a geometric mean over the computing measures.
pub(crate) fn times(
    others: &[Option<f64>; MEASURES.len()],
    base: &[Option<f64>; MEASURES.len()],
) -> Option<f64> {
    let pairs = others.get(COMPUTING)?.iter().zip(base.get(COMPUTING)?);
    let times = pairs.map(|(other, base)| Some((*other)? / (*base)?));
    Some(geometric_mean(times.collect::<Option<Vec<f64>>>()?))
}

/// How many times the first way the second one takes, as a geometric mean.
pub(crate) fn second_over_first(workloads: &[Workload]) -> f64 {
    let times = |&(_, [first, second]): &Workload| second as f64 / first as f64;
    geometric_mean(workloads.iter().map(times).collect())
}

pub(crate) fn geometric_mean(numbers: Vec<f64>) -> f64 {
    let logarithms = numbers.iter().map(|number| number.ln());
    (logarithms.sum::<f64>() / numbers.len() as f64).exp()
}

#[cfg(test)]
mod tests {
    use super::{Collector, MEASURES};

    fn collected(change: impl Fn(&str) -> String) -> Result<super::Figures, String> {
        let mut collector = Collector::default();
        for (index, measure) in MEASURES.iter().enumerate() {
            let line = format!("bench: {} {} {:x}", measure.name, index * 40, measure.checksum);
            assert!(collector.take(&change(&line)));
        }
        for line in
            ["bench: heap-peak 9", "bench: stack-load 8", "bench: stack-run 7", "bench: end"]
        {
            assert!(collector.take(line));
        }
        collector.finish().map_err(|error| error.to_string())
    }

    #[test]
    fn figures_come_in_the_order_of_the_measures() {
        let figures = collected(str::to_owned).unwrap();
        assert_eq!(figures.instructions, [0, 40, 80, 120, 160, 200, 240, 280, 320, 360]);
        assert_eq!((figures.heap, figures.stack_load, figures.stack_run), (9, 8, 7));
    }

    #[test]
    fn wrong_work_is_an_error() {
        let error = collected(|line| line.replace("1a6d", "1a6e")).unwrap_err();
        assert_eq!(error, "wrong checksum: fib: 1a6e for 1a6d");
    }

    #[test]
    fn a_missing_or_damaged_figure_is_an_error() {
        let error = collected(|line| line.replace("sieve", "sift")).unwrap_err();
        assert_eq!(error, "not measured: sieve");
        let error = collected(|line| line.replace("fib 40", "fib lots")).unwrap_err();
        assert_eq!(error, "wrong line of the firmware: bench: fib lots 1a6d");
    }

    #[test]
    fn other_lines_are_not_the_benchmarks() {
        assert!(!Collector::default().take("benchmark"));
    }
}
