//! The sizes on record: a table beside the boards, against which a change is measured.

use crate::figures::thousands;
use crate::footprint::Footprint;
use crate::table::Table;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;

/// A board's flash and static RAM, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) flash: u64,
    pub(crate) ram: u64,
}

impl From<&Footprint> for Size {
    fn from(footprint: &Footprint) -> Self {
        Self { flash: footprint.flash_total(), ram: footprint.ram_total() }
    }
}

impl Size {
    /// What has grown by more than 1 % of `record`, as text, or `None`.
    pub(crate) fn growth_over(self, record: Self) -> Option<String> {
        let grown = |now: u64, then: u64| now > then + then / 100;
        let tell = |what, now, then| {
            grown(now, then)
                .then(|| format!("{what} {} bytes, {} on record", thousands(now), thousands(then)))
        };
        let flash = tell("flash", self.flash, record.flash);
        let ram = tell("static RAM", self.ram, record.ram);
        let told: Vec<String> = flash.into_iter().chain(ram).collect();
        (!told.is_empty()).then(|| told.join(", "))
    }
}

const PREAMBLE: &str = "\
# Sizes

Each board's firmware, built with `--release`: every scenario, the runner and the interpreter in
one image, for all guests and for those without threads and system interface. In bytes. Written by
`cargo rig sizes --update`, held by `cargo rig sizes --check`.

";

/// Renders the record.
pub(crate) fn render(sizes: &BTreeMap<String, Size>) -> String {
    PREAMBLE.to_owned() + &table(sizes)
}

/// The sizes as a table, which the README shows as well.
pub(crate) fn table(sizes: &BTreeMap<String, Size>) -> String {
    let mut table = Table::new(&["board", "flash", "static RAM"]);
    for (board, size) in sizes {
        table.row([board.clone(), thousands(size.flash), thousands(size.ram)]);
    }
    table.render()
}

/// `text` with its table of sizes replaced, if it has one.
pub(crate) fn replace_table(text: &str, table: &str) -> Option<String> {
    let is_heading = |line: &&str| line.starts_with("| board ") && line.ends_with("static RAM |");
    let heading = text.lines().find(is_heading)?;
    let (before, old) = text.split_once(heading)?;
    let rows = old.trim_start().split_inclusive('\n').take_while(|line| line.starts_with('|'));
    let rest = old.trim_start().get(rows.map(str::len).sum()..)?;
    Some(format!("{before}{table}{rest}"))
}

/// Reads a record that [`render`] wrote.
pub(crate) fn parse(text: &str) -> Result<BTreeMap<String, Size>> {
    let rows = text.lines().filter(|line| line.starts_with("| ")).skip(1);
    rows.map(|row| parse_row(row).with_context(|| format!("wrong row: {row}"))).collect()
}

fn parse_row(row: &str) -> Result<(String, Size)> {
    let cells: Vec<&str> = row.split('|').map(str::trim).collect();
    let ["", board, flash, ram, ""] = cells.as_slice() else {
        bail!("not three columns");
    };
    let bytes = |cell: &str| cell.replace(',', "").parse::<u64>();
    Ok(((*board).to_owned(), Size { flash: bytes(flash)?, ram: bytes(ram)? }))
}

#[cfg(test)]
mod tests {
    use super::{Size, parse, render, replace_table, table};
    use std::collections::BTreeMap;

    #[test]
    fn a_record_survives_writing_and_reading() {
        let sizes = BTreeMap::from([
            ("mps2-an386".to_owned(), Size { flash: 480_123, ram: 3_000_000 }),
            ("stm32f405".to_owned(), Size { flash: 470_000, ram: 999 }),
        ]);
        assert_eq!(parse(&render(&sizes)).unwrap(), sizes);
    }

    #[test]
    fn a_table_is_replaced_whole_and_alone() {
        let sizes = |names: &[&str]| {
            let size = |name: &&str| ((*name).to_owned(), Size { flash: 1_000, ram: 2 });
            table(&names.iter().map(size).collect::<BTreeMap<_, _>>())
        };
        let text = |table: &str| format!("| board | chip |\n\nSizes:\n\n{table}\nEnd | of\n");
        let (old, new) = (sizes(&["a", "b"]), sizes(&["a", "longer", "z"]));
        assert_eq!(replace_table(&text(&old), &new), Some(text(&new)));
        assert_eq!(replace_table("no table\n", &new), None);
    }

    #[test]
    fn a_damaged_record_is_an_error() {
        assert!(parse("| board | flash | ram |\n| a | 1 |\n").is_err());
        assert!(parse("| board | flash | ram |\n| a | 1 | many |\n").is_err());
    }

    #[test]
    fn one_percent_may_be_added() {
        let record = Size { flash: 10_000, ram: 200 };
        assert_eq!(Size { flash: 10_100, ram: 202 }.growth_over(record), None);
        let text = Size { flash: 10_101, ram: 1 }.growth_over(record).unwrap();
        assert_eq!(text, "flash 10,101 bytes, 10,000 on record");
        assert!(Size { flash: 1, ram: 203 }.growth_over(record).unwrap().starts_with("static RAM"));
    }
}
