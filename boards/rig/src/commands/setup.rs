//! `rig setup`

use crate::failure;
use crate::setup;
use crate::workspace::Workspace;
use anyhow::Result;

pub(super) fn execute(
    workspace: &Workspace,
    board: Option<&str>,
    guests: bool,
    browser: bool,
) -> Result<u8> {
    if browser {
        setup::browser()?;
    }
    if guests {
        setup::c_compiler()?;
        setup::c_linker()?;
        setup::package_managers()?;
    }
    if board.is_none() {
        setup::GUESTS.into_iter().try_for_each(setup::rust_target)?;
    }
    let boards = match board {
        Some(name) => vec![workspace.board(Some(name))?],
        None => {
            workspace.boards.iter().filter(|board| board.facts.qemu_machine.is_some()).collect()
        }
    };
    for board in boards {
        setup::for_emulation(board)?;
        println!("ready: {}", board.name);
    }
    Ok(failure::SUCCESS)
}
