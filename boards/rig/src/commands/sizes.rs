//! `rig sizes`

use super::emulated_firmware_for;
use crate::arguments::Record;
use crate::board::Board;
use crate::failure;
use crate::figures::thousands;
use crate::firmware::Guests;
use crate::footprint::Footprint;
use crate::interpreter_loop;
use crate::sizes::{self, Size};
use crate::table::Table;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

pub(super) fn execute(workspace: &Workspace, board: Option<&str>, record: Record) -> Result<u8> {
    let boards: Vec<&Board> = match board {
        Some(name) => vec![workspace.board(Some(name))?],
        None => workspace.boards.iter().collect(),
    };
    let mut measured = BTreeMap::new();
    for board in boards {
        for (guests, name) in [
            (Guests::Plain, format!("{}, no threads", board.name)),
            (Guests::All, board.name.clone()),
        ] {
            let elf = emulated_firmware_for(workspace, board, guests)?;
            let elf = fs::read(&elf).with_context(|| format!("cannot read {}", elf.display()))?;
            if record.check {
                interpreter_loop::check(&elf).with_context(|| format!("wrong image: {name}"))?;
            }
            let footprint = Footprint::of(&elf)?;
            print!("{}", describe(&name, board, &footprint));
            measured.insert(name, Size::from(&footprint));
        }
    }
    let path = workspace.root.join("boards/sizes.md");
    if record.check {
        check(&measured, &path)?;
    } else if record.update {
        let mut sizes = if path.exists() { read(&path)? } else { BTreeMap::new() };
        sizes.extend(measured);
        let readme = workspace.root.join("README.md");
        let shown = sizes::replace_table(&load(&readme)?, &sizes::table(&sizes));
        write(&readme, &shown.with_context(|| format!("no sizes in {}", readme.display()))?)?;
        write(&path, &sizes::render(&sizes))?;
        println!("on record: {}", path.display());
    }
    Ok(failure::SUCCESS)
}

fn describe(name: &str, board: &Board, footprint: &Footprint) -> String {
    let flash = of_chip("flash", footprint.flash_total(), board.facts.flash);
    let ram = of_chip("static RAM", footprint.ram_total(), board.facts.ram);
    let mut by_crate = Table::new(&["crate", "flash", "%"]);
    for (name, bytes) in &footprint.flash {
        let percent = percent(*bytes, footprint.flash_total());
        by_crate.row([name.clone(), thousands(*bytes), format!("{percent:.1}")]);
    }
    let mut by_section = Table::new(&["section, large statics", "static RAM"]);
    for (name, bytes) in &footprint.ram {
        by_section.row([name.clone(), thousands(*bytes)]);
    }
    for (name, bytes) in &footprint.statics {
        by_section.row([format!("  {name}"), thousands(*bytes)]);
    }
    let (by_crate, by_section) = (by_crate.render(), by_section.render());
    format!("{name}: {flash}, {ram}\n\n{by_crate}\n{by_section}\n")
}

fn of_chip(what: &str, bytes: u64, available: u64) -> String {
    let percent = percent(bytes, available);
    format!("{what} {} of {} bytes ({percent:.1} %)", thousands(bytes), thousands(available))
}

fn percent(bytes: u64, of: u64) -> f64 {
    bytes as f64 * 100.0 / of.max(1) as f64
}

fn load(path: &PathBuf) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The sizes on record.
fn read(path: &PathBuf) -> Result<BTreeMap<String, Size>> {
    sizes::parse(&load(path)?).with_context(|| format!("wrong record: {}", path.display()))
}

fn check(measured: &BTreeMap<String, Size>, path: &PathBuf) -> Result<()> {
    let record = read(path)?;
    for (board, size) in measured {
        let Some(&recorded) = record.get(board) else {
            bail!("no size on record: {board}: run `cargo rig sizes --update`");
        };
        if let Some(growth) = size.growth_over(recorded) {
            bail!("firmware has grown: {board}: {growth}");
        }
    }
    println!("within the record: {}", path.display());
    Ok(())
}

fn write(path: &PathBuf, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}
