//! `rig package`

use crate::failure;
use crate::leash::Leashed;
use crate::workspace::{Workspace, cargo};
use anyhow::{Context, Result};
use std::fs;
use std::process::Command;

const CRATES: [&str; 10] = [
    "vellum-memory",
    "vellum-compartment",
    "vellum-guest",
    "vellum-instrument",
    "vellum-optimize",
    "vellum-prepare",
    "vellum-sign",
    "vellum-split",
    "vellum-build",
    "vellum",
];

/// Each time in a new folder: cargo keeps the sources that it has unpacked from a package by the
/// folder's path, and would check a crate against what another one was in an earlier package.
pub(super) fn execute(workspace: &Workspace) -> Result<u8> {
    let parent = &workspace.target_dir;
    fs::create_dir_all(parent).with_context(|| format!("cannot create: {}", parent.display()))?;
    let folder = tempfile::Builder::new().prefix("package-").tempdir_in(parent);
    let folder = folder.with_context(|| format!("cannot write to: {}", parent.display()))?;
    let mut package = Command::new(cargo());
    package.current_dir(&workspace.root).args(["package", "--allow-dirty"]);
    package.args(CRATES.iter().flat_map(|name| ["-p", name]));
    package.arg("--target-dir").arg(folder.path());
    let is_good = Leashed::run(&mut package).context("cannot start cargo")?.success();
    Ok(if is_good { failure::SUCCESS } else { failure::FAILURE })
}
