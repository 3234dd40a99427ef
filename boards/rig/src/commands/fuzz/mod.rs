//! `rig fuzz`

mod answers;
mod on_board;

use crate::arguments::Fuzz;
use crate::failure;
use crate::leash::Leashed;
use crate::workspace::{Workspace, cargo};
use anyhow::{Context, Result};
use std::process::Command;

pub(super) fn execute(workspace: &Workspace, fuzz: &Fuzz) -> Result<u8> {
    match &fuzz.board {
        Some(board) => on_board::execute(workspace, board, fuzz),
        None => on_host(workspace, fuzz),
    }
}

/// The program that makes inputs and tries them, built to be fast.
fn program(workspace: &Workspace) -> Command {
    let mut command = Command::new(cargo());
    command
        .args(["run", "--quiet", "--profile", "host", "--package", "vellum-host-tests"])
        .args(["--features", "differential,canaries", "--bin", "fuzz", "--target-dir"])
        .arg(&workspace.target_dir)
        .arg("--manifest-path")
        .arg(workspace.root.join("Cargo.toml"))
        .arg("--");
    command
}

fn on_host(workspace: &Workspace, fuzz: &Fuzz) -> Result<u8> {
    let mut run = program(workspace);
    run.args(&fuzz.targets).args(["--seed", &fuzz.seed.to_string()]);
    match &fuzz.input {
        Some(file) => run.arg("--input").arg(file),
        None => run
            .args(["--seconds", &fuzz.time.as_secs().to_string(), "--failures"])
            .arg(workspace.target_dir.join("fuzz")),
    };
    let good = Leashed::run(&mut run).context("cannot start cargo")?.success();
    Ok(if good { failure::SUCCESS } else { failure::FAILURE })
}
