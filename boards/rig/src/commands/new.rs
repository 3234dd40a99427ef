//! `rig new`

use crate::failure;
use crate::setup;
use crate::starter;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::Path;

pub(super) fn execute(workspace: &Workspace, folder: &Path) -> Result<u8> {
    starter::copy(&workspace.root, folder)?;
    setup::for_emulation(workspace.board(None)?)?;
    println!("{}: run it there by `cargo run --release`", folder.display());
    Ok(failure::SUCCESS)
}
