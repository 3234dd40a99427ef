//! `rig used`

use super::{emulated_firmware, workloads};
use crate::arguments::Record as Wanted;
use crate::board::Board;
use crate::emulator::{Boot, End, Reaction, died};
use crate::failure;
use crate::staging::Staging;
use crate::used::{self, Record, Used};
use crate::workspace::Workspace;
use anyhow::{Context, Result, anyhow, bail};
use std::fs;
use std::path::Path;
use std::time::Duration;
use vellum_prepare::{Options, prepare_to_vec};

const MODULE: &str = "work.wasm";
/// Seconds that one boot may take.
const TIME_LIMIT: Duration = Duration::from_secs(120);

pub(super) fn execute(workspace: &Workspace, board: Option<&str>, wanted: Wanted) -> Result<u8> {
    let boards: Vec<&Board> = match board {
        Some(name) => vec![workspace.board(Some(name))?],
        None => workspace.boards.iter().filter(|it| it.facts.qemu_machine.is_some()).collect(),
    };
    let mut measured = Record::new();
    for board in boards {
        let elf = emulated_firmware(workspace, board)?;
        let mut measure = |run: &str, arguments: &[&str], module: Option<&[u8]>| -> Result<()> {
            let used = boot(board, &elf, arguments, module)?;
            let run = format!("{}, {run}", board.name);
            println!("{run}: {used}");
            measured.insert(run, used);
            Ok(())
        };
        measure("demo", &["demo"], None)?;
        // The workloads need two pages, and figures that are the same in every run.
        if board.facts.default {
            measure("workloads", &["bench", MODULE], Some(&workload(workspace)?))?;
        }
    }
    let path = workspace.root.join("boards/used.md");
    if wanted.check {
        used::check(&measured, &read(&path)?)?;
        println!("within the record: {}", path.display());
    } else if wanted.update {
        let mut record = if path.exists() { read(&path)? } else { Record::new() };
        record.extend(measured);
        fs::write(&path, used::render(&record))
            .with_context(|| format!("cannot write {}", path.display()))?;
        println!("on record: {}", path.display());
    }
    Ok(failure::SUCCESS)
}

/// The workloads' module as a chip gets it.
fn workload(workspace: &Workspace) -> Result<Vec<u8>> {
    let path = workloads::module(workspace);
    let module =
        fs::read(&path).with_context(|| format!("cannot read module: {}", path.display()))?;
    prepare_to_vec(&module, &Options::new()).map_err(|error| anyhow!("invalid module: {error}"))
}

fn boot(board: &Board, elf: &Path, arguments: &[&str], module: Option<&[u8]>) -> Result<Used> {
    let staging = Staging::new()?;
    if let Some(module) = module {
        staging.write(MODULE, module)?;
    }
    let boot = Boot { board, elf, arguments, staging: &staging, time_limit: TIME_LIMIT };
    match boot.run(|_| Reaction::Swallow)? {
        End::Exited { status: Some(0), used, .. } => {
            used.with_context(|| format!("the firmware does not tell what it used: {}", board.name))
        }
        End::Exited { status, complaint, .. } => Err(died(status, &complaint, &board.name)),
        End::TimeLimit => bail!("time limit: {} s on {}", TIME_LIMIT.as_secs(), board.name),
        End::Interrupted => bail!("interrupted"),
    }
}

fn read(path: &Path) -> Result<Record> {
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    used::parse(&text).with_context(|| format!("wrong record: {}", path.display()))
}
