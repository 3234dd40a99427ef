//! Profiles of guests: the samples that the firmware prints, as a table, as folded stacks or as a flame graph.

use crate::failure::HELP;
use crate::figures::thousands;
use crate::flame_graph::{self, Stacks};
use crate::table::Table;
use anyhow::{Context, Result};
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use vellum_instrument::Symbols;

/// How lines begin that are samples.
const PREFIX: &str = "profile: ";

/// Of a run without samples.
pub(crate) const NO_SAMPLE: &str =
    "no sample was taken: the guest ran for less than 1,000 units, about one an instruction";

/// The samples of a run: units by stack, which is offsets in the module, innermost first.
#[derive(Debug, Default)]
pub(crate) struct Profile(HashMap<Vec<u32>, u64>);

impl Profile {
    /// Takes in a line, and tells whether it is a sample.
    pub(crate) fn take(&mut self, line: &str) -> bool {
        let Some((units, stack)) = line.strip_prefix(PREFIX).and_then(sample) else { return false };
        *self.0.entry(stack).or_default() += u64::from(units);
        true
    }

    /// Prints the table, or writes a file: a flame graph if its name ends in `.svg`, otherwise folded stacks.
    pub(crate) fn write(&self, file: Option<&Path>, symbols: &Symbols<'_>) -> Result<()> {
        if self.0.is_empty() {
            eprintln!("{HELP}{NO_SAMPLE}");
        }
        let stacks = self.stacks(symbols);
        let Some(file) = file else {
            print!("{}", table(&stacks));
            return Ok(());
        };
        let text = match file.extension() == Some(OsStr::new("svg")) {
            true => flame_graph::render(&stacks),
            false => folded(&stacks),
        };
        fs::write(file, text).with_context(|| format!("cannot write profile: {}", file.display()))
    }

    fn stacks(&self, symbols: &Symbols<'_>) -> Stacks {
        let mut stacks = Stacks::new();
        for (offsets, units) in &self.0 {
            let names = offsets.iter().rev().map(|&at| name(symbols, at)).collect();
            *stacks.entry(names).or_default() += units;
        }
        stacks
    }
}

fn sample(line: &str) -> Option<(u32, Vec<u32>)> {
    let mut words = line.split(' ');
    let units = words.next()?.parse().ok()?;
    let stack = words.map(|word| u32::from_str_radix(word, 16).ok()).collect::<Option<_>>()?;
    Some((units, stack))
}

/// The function at an offset, without what separates functions in folded stacks.
fn name(symbols: &Symbols<'_>, at: u32) -> String {
    let index = symbols.function_at(at);
    let name = index.and_then(|index| symbols.function(index));
    let index = || index.map_or("?".to_owned(), |index| index.to_string());
    name.unwrap_or_else(|| format!("<wasm function {}>", index())).replace(';', ",")
}

fn folded(stacks: &Stacks) -> String {
    stacks.iter().map(|(stack, units)| format!("{} {units}\n", stack.join(";"))).collect()
}

/// Units by function: of itself, and with what it calls.
fn table(stacks: &Stacks) -> String {
    let mut functions: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    for (stack, units) in stacks {
        if let Some(last) = stack.last() {
            functions.entry(last).or_default()[0] += units;
        }
        for (index, name) in stack.iter().enumerate() {
            // A recursion counts once.
            if !stack[..index].contains(name) {
                functions.entry(name).or_default()[1] += units;
            }
        }
    }
    let all: u64 = stacks.values().sum();
    let mut rows: Vec<_> = functions.into_iter().collect();
    rows.sort_by_key(|(name, [own, total])| (std::cmp::Reverse((*own, *total)), *name));
    let mut table = Table::new(&["function", "own units", "%", "with calls", "%"]);
    let percent = |units: u64| format!("{:.1}", units as f64 * 100.0 / all.max(1) as f64);
    for (name, [own, total]) in rows {
        table.row([
            name.to_owned(),
            thousands(own),
            percent(own),
            thousands(total),
            percent(total),
        ]);
    }
    table.render()
}

#[cfg(test)]
mod tests {
    use super::{Profile, Stacks, folded, table};

    fn stacks() -> Stacks {
        let stack = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        Stacks::from([
            (stack(&["a"]), 100),
            (stack(&["a", "b"]), 250),
            (stack(&["a", "b", "b"]), 650),
        ])
    }

    #[test]
    fn samples_add_up() {
        let mut profile = Profile::default();
        for line in ["profile: 5 1f 3", "profile: 7 1f 3", "profile: 1 3"] {
            assert!(profile.take(line));
        }
        for other in ["profile: x", "profile: 5 zz", "result: 5"] {
            assert!(!profile.take(other), "{other}");
        }
        assert_eq!((profile.0[&vec![0x1f, 3]], profile.0[&vec![3]]), (12, 1));
    }

    #[test]
    fn stacks_are_folded_and_summed_up() {
        assert_eq!(folded(&stacks()), "a 100\na;b 250\na;b;b 650\n");
        let table = table(&stacks());
        let rows: Vec<&str> = table.lines().skip(2).collect();
        let cells = |row: &str| row.split('|').map(|it| it.trim().to_owned()).collect::<Vec<_>>();
        assert_eq!(cells(rows[0])[1..6], ["b", "900", "90.0", "900", "90.0"]);
        assert_eq!(cells(rows[1])[1..6], ["a", "100", "10.0", "1,000", "100.0"]);
    }
}
