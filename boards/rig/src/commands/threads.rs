//! `rig threads`

use super::test_firmware;
use crate::arguments::Emulation;
use crate::emulator::{Boot, Reaction};
use crate::leash::Leashed;
use crate::staging::Staging;
use crate::workspace::{Workspace, cargo};
use anyhow::{Context, Result, bail};
use std::process::Command;

const SCRIPTS: &str = "threads.scripts";

pub(super) fn execute(workspace: &Workspace, emulation: &Emulation) -> Result<u8> {
    let board = workspace.board(emulation.board.as_deref())?;
    let staging = Staging::new()?;
    let mut translate = Command::new(cargo());
    translate
        .current_dir(&workspace.root)
        .args(["run", "--quiet", "--package", "vellum-host-tests", "--bin", "scripts"])
        .arg("--target-dir")
        .arg(&workspace.target_dir)
        .arg("--")
        .arg(staging.path().join(SCRIPTS));
    if !Leashed::run(&mut translate).context("cannot start cargo")?.success() {
        bail!("cannot translate the threads suite");
    }
    let elf = test_firmware(workspace, board)?;
    let arguments = &["scripts", SCRIPTS];
    let time_limit = emulation.time_limit;
    let boot = Boot { board, elf: &elf, arguments, staging: &staging, time_limit };
    boot.run(|_| Reaction::PrintAndRestartClock)?.exit_code(&boot)
}
