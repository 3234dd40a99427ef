//! `rig demo`, `rig parallel` and `rig crash`: what a firmware does without a file.

use super::{emulated_firmware, test_firmware};
use crate::board::Board;
use crate::cli::Emulation;
use crate::emulator::{Boot, Reaction};
use crate::staging::Staging;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::PathBuf;

/// Sets up and builds.
type Firmware = fn(&Workspace, &Board) -> Result<PathBuf>;

/// Lets the firmware do `task`.
pub(super) fn execute(workspace: &Workspace, task: &[&str], emulation: &Emulation) -> Result<u8> {
    boot(workspace, emulated_firmware, task, emulation)
}

/// Lets the firmware that also tests do `task`.
pub(super) fn test(workspace: &Workspace, task: &[&str], emulation: &Emulation) -> Result<u8> {
    boot(workspace, test_firmware, task, emulation)
}

fn boot(
    workspace: &Workspace,
    firmware: Firmware,
    task: &[&str],
    emulation: &Emulation,
) -> Result<u8> {
    let board = workspace.board(emulation.board.as_deref())?;
    let elf = firmware(workspace, board)?;
    let staging = Staging::new()?;
    let boot = Boot {
        board,
        elf: &elf,
        arguments: task,
        staging: &staging,
        time_limit: emulation.time_limit,
    };
    boot.run(|_| Reaction::Print)?.exit_code(&boot)
}
