//! `rig demo`, `rig parallel` and `rig crash`: what the firmware does without a file.

use super::emulated_firmware;
use crate::cli::Emulation;
use crate::emulator::{Boot, Reaction};
use crate::staging::Staging;
use crate::workspace::Workspace;
use anyhow::Result;

/// Lets the firmware do `task`.
pub(super) fn execute(workspace: &Workspace, task: &[&str], emulation: &Emulation) -> Result<u8> {
    let board = workspace.board(emulation.board.as_deref())?;
    let elf = emulated_firmware(workspace, board)?;
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
