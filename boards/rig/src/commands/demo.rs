//! `rig demo`, `rig parallel`, `rig compartments` and `rig crash`: what a firmware does without a file.

use super::{compartments_firmware, emulated_firmware, test_firmware};
use crate::arguments::Emulation;
use crate::board::Board;
use crate::emulator::{Boot, Reaction};
use crate::staging::Staging;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::PathBuf;

/// Sets up and builds.
type Firmware = fn(&Workspace, &Board) -> Result<PathBuf>;

/// Lets the firmware do `task`.
pub(super) fn execute(workspace: &Workspace, task: &[&str], emulation: &Emulation) -> Result<u8> {
    boot(workspace, emulated_firmware, task, emulation, |_| Reaction::Print)
}

/// Lets the firmware that also tests do `task`. The time limit is that of each line.
pub(super) fn test(workspace: &Workspace, task: &[&str], emulation: &Emulation) -> Result<u8> {
    boot(workspace, test_firmware, task, emulation, |_| Reaction::PrintAndRestartClock)
}

/// Lets the firmware with compartments check them. The time limit is that of each line.
pub(super) fn compartments(workspace: &Workspace, emulation: &Emulation) -> Result<u8> {
    let react = |_: &str| Reaction::PrintAndRestartClock;
    boot(workspace, compartments_firmware, &["compartments"], emulation, react)
}

fn boot(
    workspace: &Workspace,
    firmware: Firmware,
    task: &[&str],
    emulation: &Emulation,
    react: fn(&str) -> Reaction,
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
    boot.run(react)?.exit_code(&boot)
}
