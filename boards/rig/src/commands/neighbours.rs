//! `rig neighbours`

use super::{soft_float_firmware, test_firmware};
use crate::arguments::Neighbours;
use crate::emulator::{Boot, Reaction};
use crate::failure;
use crate::leash::Leashed;
use crate::staging::Staging;
use crate::workspace::{Workspace, cargo};
use anyhow::{Context, Result, bail};
use std::collections::HashMap;
use std::fs;
use std::process::Command;

/// What chips without an FPU may get wrong.
const NUMBERS: &str = "numbers";

pub(super) fn execute(workspace: &Workspace, neighbours: &Neighbours) -> Result<u8> {
    match &neighbours.board {
        Some(board) => on_board(workspace, board, neighbours),
        None => on_host(workspace, neighbours.long),
    }
}

/// The program that compares, built to be fast.
fn program(workspace: &Workspace) -> Command {
    let mut command = Command::new(cargo());
    command
        .current_dir(&workspace.root)
        .args(["run", "--quiet", "--profile", "host", "--package", "vellum-host-tests"])
        .args(["--features", "differential", "--bin", "neighbours", "--target-dir"])
        .arg(&workspace.target_dir)
        .arg("--");
    command
}

fn on_host(workspace: &Workspace, long: bool) -> Result<u8> {
    let mut compare = program(workspace);
    compare.arg(if long { "--long" } else { "--short" });
    let good = Leashed::run(&mut compare).context("cannot start cargo")?.success();
    Ok(if good { failure::SUCCESS } else { failure::FAILURE })
}

fn on_board(workspace: &Workspace, board: &str, neighbours: &Neighbours) -> Result<u8> {
    let board = workspace.board(Some(board))?;
    let staging = Staging::new()?;
    let mut compute = program(workspace);
    compute.arg("--scripts").arg(staging.path());
    if neighbours.soft_float {
        compute.arg(NUMBERS);
    }
    if !Leashed::run(&mut compute).context("cannot start cargo")?.success() {
        bail!("cannot compute what is right");
    }
    let elf = match neighbours.soft_float {
        true => soft_float_firmware(workspace, board)?,
        false => test_firmware(workspace, board)?,
    };
    let mut code = failure::SUCCESS;
    for file in 0.. {
        let scripts = format!("{file}.scripts");
        if !staging.path().join(&scripts).exists() {
            break;
        }
        let texts = fs::read_to_string(staging.path().join(format!("{file}.txt")))
            .context("cannot read what the scripts are about")?;
        let texts = by_line(&texts);
        let arguments = &["scripts", scripts.as_str()];
        let time_limit = neighbours.time_limit;
        let boot = Boot { board, elf: &elf, arguments, staging: &staging, time_limit };
        let end = boot.run(|line| {
            if let Some(text) = line.split_once(", ").and_then(|(place, _)| texts.get(place)) {
                println!("{text}");
            }
            Reaction::PrintAndRestartClock
        })?;
        code = code.max(end.exit_code(&boot)?);
    }
    Ok(code)
}

/// What each line of the scripts is about: its place, a tab, the text.
fn by_line(texts: &str) -> HashMap<&str, &str> {
    texts.lines().filter_map(|line| line.split_once('\t')).collect()
}

#[cfg(test)]
mod tests {
    use super::by_line;

    #[test]
    fn texts_are_found_by_their_place() {
        let texts = by_line("pairs-1-0:4\t(func) (1)\npairs-1-0:5\t(func) (2)\n");
        assert_eq!(texts.get("pairs-1-0:5"), Some(&"(func) (2)"));
        assert_eq!(texts.len(), 2);
    }
}
