//! Running the compiler and the linker of guests.

use crate::leash::Leashed;
use crate::tools::{command_line, is_installed};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The files of a folder that have one of these extensions, in the order of their names, which is
/// the order they are linked in.
pub(super) fn sources(folder: &Path, extensions: &[&str]) -> Result<Vec<PathBuf>> {
    let what = || format!("cannot read folder: {}", folder.display());
    let entries = fs::read_dir(folder).with_context(what)?;
    let mut files =
        entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    let is_source = |file: &PathBuf| {
        file.extension().is_some_and(|found| extensions.iter().any(|known| found == *known))
    };
    files.retain(is_source);
    files.sort();
    Ok(files)
}

pub(super) fn tool(names: &[&'static str]) -> Result<&'static str> {
    match names.iter().find(|name| is_installed(name)) {
        Some(name) => Ok(name),
        None => bail!("missing tool: {} (clang and lld)", names.join(" or ")),
    }
}

pub(super) fn run(command: &mut Command) -> Result<()> {
    println!("{}", command_line(command));
    match Leashed::run(command) {
        Ok(status) if status.success() => Ok(()),
        _ => bail!("command failed: {}", command_line(command)),
    }
}
