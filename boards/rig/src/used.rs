//! What a run of a firmware has used at most, and the record against which a change is measured.

use crate::figures::thousands;
use crate::table::Table;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fmt;

/// What a boot has used at most, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Used {
    pub(crate) heap: u64,
    pub(crate) stack: u64,
    /// All there is of the native stack.
    pub(crate) stack_size: u64,
}

impl Used {
    /// What the firmware's line about it begins with.
    pub(crate) const LINE: &'static str = "used: heap ";

    /// Reads the firmware's line.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let (heap, stack) = line.strip_prefix(Self::LINE)?.split_once(", stack ")?;
        let (stack, size) = stack.split_once(" of ")?;
        Some(Self {
            heap: heap.parse().ok()?,
            stack: stack.parse().ok()?,
            stack_size: size.parse().ok()?,
        })
    }

    /// What has grown by more than 1 % of `record`, as text, or `None`.
    fn growth_over(self, record: Self) -> Option<String> {
        let tell = |what, now: u64, then: u64| {
            (now > then + then / 100)
                .then(|| format!("{what} {} bytes, {} on record", thousands(now), thousands(then)))
        };
        let heap = tell("heap peak", self.heap, record.heap);
        let stack = tell("native stack", self.stack, record.stack);
        let told: Vec<String> = heap.into_iter().chain(stack).collect();
        (!told.is_empty()).then(|| told.join(", "))
    }
}

impl fmt::Display for Used {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [heap, stack, size] = [self.heap, self.stack, self.stack_size].map(thousands);
        write!(f, "heap peak {heap} bytes, native stack {stack} of {size} bytes")
    }
}

/// Uses by what ran: the board and the task.
pub(crate) type Record = BTreeMap<String, Used>;

const PREAMBLE: &str = "\
# RAM in use

What each board's firmware has in use at most when it shows the examples, and the default board's when it
runs the workloads of `cargo rig bench`: heap as asked for, and native stack. In bytes. Written by
`cargo rig used --update`, held by `cargo rig used --check`.

";

/// Renders the record.
pub(crate) fn render(record: &Record) -> String {
    let mut table = Table::new(&["board, run", "heap peak", "native stack", "of"]);
    for (run, used) in record {
        let figures = [used.heap, used.stack, used.stack_size].map(thousands);
        table.row(std::iter::once(run.clone()).chain(figures));
    }
    PREAMBLE.to_owned() + &table.render()
}

/// Reads a record that [`render`] wrote.
pub(crate) fn parse(text: &str) -> Result<Record> {
    let rows = text.lines().filter(|line| line.starts_with("| ")).skip(1);
    rows.map(|row| parse_row(row).with_context(|| format!("wrong row: {row}"))).collect()
}

fn parse_row(row: &str) -> Result<(String, Used)> {
    let cells: Vec<&str> = row.split('|').map(str::trim).collect();
    let ["", run, heap, stack, size, ""] = cells.as_slice() else {
        bail!("not four columns");
    };
    let bytes = |cell: &str| cell.replace(',', "").parse::<u64>();
    let used = Used { heap: bytes(heap)?, stack: bytes(stack)?, stack_size: bytes(size)? };
    Ok(((*run).to_owned(), used))
}

/// Fails if anything has grown by more than 1 %, or is not on record.
pub(crate) fn check(measured: &Record, record: &Record) -> Result<()> {
    for (run, used) in measured {
        let Some(&recorded) = record.get(run) else {
            bail!("no use on record: {run}: run `cargo rig used --update`");
        };
        if let Some(growth) = used.growth_over(recorded) {
            bail!("more RAM in use: {run}: {growth}");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Record, Used, check, parse, render};

    const USED: Used = Used { heap: 12_000, stack: 3_000, stack_size: 16_384 };

    fn record(used: Used) -> Record {
        [("mps2-an386, demo".to_owned(), used)].into()
    }

    #[test]
    fn the_line_of_the_firmware_is_read() {
        assert_eq!(Used::parse("used: heap 12000, stack 3000 of 16384"), Some(USED));
        for line in ["used: heap 1", "used: heap 1, stack 2", "heap 1, stack 2 of 3"] {
            assert_eq!(Used::parse(line), None, "{line}");
        }
        assert_eq!(USED.to_string(), "heap peak 12,000 bytes, native stack 3,000 of 16,384 bytes");
    }

    #[test]
    fn a_record_survives_writing_and_reading() {
        assert_eq!(parse(&render(&record(USED))).unwrap(), record(USED));
        assert!(parse("| run | heap | stack | of |\n| a | 1 | 2 |\n").is_err());
        assert!(parse("| run | heap | stack | of |\n| a | 1 | 2 | many |\n").is_err());
    }

    #[test]
    fn one_percent_may_be_added() {
        let told = |heap, stack| {
            let measured = record(Used { heap, stack, ..USED });
            check(&measured, &record(USED)).map_err(|error| error.to_string())
        };
        assert_eq!(told(12_120, 3_030), Ok(()));
        assert_eq!(
            told(12_121, 3_031),
            Err("more RAM in use: mps2-an386, demo: heap peak 12,121 bytes, 12,000 on record, \
                 native stack 3,031 bytes, 3,000 on record"
                .to_owned())
        );
        let unknown = check(&record(USED), &Record::new()).unwrap_err().to_string();
        assert_eq!(unknown, "no use on record: mps2-an386, demo: run `cargo rig used --update`");
    }
}
