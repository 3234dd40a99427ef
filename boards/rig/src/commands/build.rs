//! `rig build`

use super::emulated_firmware;
use crate::arguments::Guest;
use crate::debugging::LogOnFailure;
use crate::failure;
use crate::image;
use crate::workspace::Workspace;
use anyhow::Result;

pub(super) fn execute(
    workspace: &Workspace,
    guest: &Guest,
    told: LogOnFailure,
    board: Option<&str>,
) -> Result<u8> {
    let board = workspace.board(board)?;
    let emulated_only = board.facts.chip.is_none() && guest.file.is_none();
    let elf = if emulated_only {
        emulated_firmware(workspace, board)?
    } else {
        image::build(workspace, board, guest, told.options().as_ref())?
    };
    println!("{}", elf.display());
    Ok(failure::SUCCESS)
}
