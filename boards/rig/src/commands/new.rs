//! `rig new`

use crate::failure;
use crate::setup;
use crate::starter::{self, FIRMWARE, Source};
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::Path;

pub(super) fn execute(workspace: &Workspace, folder: &Path, git: Option<&str>) -> Result<u8> {
    let source = git.map_or(Source::Checkout, Source::Git);
    starter::copy(&workspace.root, &FIRMWARE, folder, source)?;
    setup::for_emulation(workspace.board(None)?)?;
    println!("{}: run it there by `cargo run --release`", folder.display());
    Ok(failure::SUCCESS)
}
