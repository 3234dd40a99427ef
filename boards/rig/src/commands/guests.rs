//! The guests with threads, which `rig workloads` rebuilds too.

use super::compiler::{run, sources, tool};
use crate::setup;
use crate::workspace::{Workspace, cargo};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The one file that the command writes into a guest's folder.
const MODULE: &str = "threads.wasm";

const COMPILE: &[&str] = &[
    "--target=wasm32",
    "-matomics",
    "-mbulk-memory",
    "-mmutable-globals",
    "-ftls-model=local-exec",
    "-O2",
    "-ffreestanding",
    // Not every option is for the assembler.
    "-Wno-unused-command-line-argument",
];

/// One page, of which a thread that runs before its own stack is set has the first kibibyte.
const LINK: &[&str] = &[
    "--strip-all",
    "--shared-memory",
    "--import-memory",
    "--initial-memory=65536",
    "--max-memory=65536",
    "-z",
    "stack-size=1024",
];

const TARGET: &str = "wasm32-wasip1-threads";

pub(super) fn build(workspace: &Workspace) -> Result<()> {
    let guests = workspace.root.join("boards/scenarios/guests");
    build_c(&guests.join("threads-c"))?;
    build_rust(workspace, &guests.join("threads-rust"))
}

fn build_c(folder: &Path) -> Result<()> {
    let compiler = tool(&["clang-14", "clang"])?;
    let objects = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut link = Command::new(tool(&["wasm-ld-14", "wasm-ld"])?);
    link.args(LINK);
    for source in sources(folder, &["c", "s"])? {
        let name = source.file_name().unwrap_or_default();
        let object = objects.path().join(name).with_added_extension("o");
        let mut compile = Command::new(compiler);
        compile.args(COMPILE).arg("-c").arg(&source).arg("-o").arg(&object);
        run(&mut compile)?;
        link.arg(object);
    }
    let linked = objects.path().join(MODULE);
    run(link.arg("-o").arg(&linked))?;
    keep(&linked, folder)
}

fn build_rust(workspace: &Workspace, folder: &Path) -> Result<()> {
    setup::rust_target(TARGET)?;
    let target = workspace.target_dir.join("guests");
    let mut build = Command::new(cargo());
    build.args(["build", "--release", "--locked", "--target", TARGET, "--target-dir"]);
    run(build.arg(&target).current_dir(folder))?;
    keep(&target.join(TARGET).join("release/threads-rust.wasm"), folder)
}

fn keep(built: &Path, folder: &Path) -> Result<()> {
    let module = folder.join(MODULE);
    fs::copy(built, &module).with_context(|| format!("cannot write {}", module.display()))?;
    println!("built: {}", module.display());
    Ok(())
}
