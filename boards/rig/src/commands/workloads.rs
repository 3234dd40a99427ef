//! `rig workloads`

use super::compiler::{run, sources, tool};
use super::guests;
use crate::failure;
use crate::workspace::Workspace;
use anyhow::{Context, Result};
use std::fs;
use std::path::PathBuf;
use std::process::Command;

/// For a fixed instruction set, so that every clang makes what the peers' figures were made with.
const COMPILE: &[&str] = &[
    "--target=wasm32",
    "-mcpu=mvp",
    "-mbulk-memory",
    "-O2",
    "-fno-builtin",
    "-fno-unroll-loops",
    "-ffreestanding",
];

const LINK: &[&str] = &[
    "--no-entry",
    "--strip-all",
    "--initial-memory=65536",
    "--max-memory=131072",
    "-z",
    "stack-size=1024",
];

/// The module's place in the workspace.
pub(crate) fn module(workspace: &Workspace) -> PathBuf {
    folder(workspace).join("work.wasm")
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("boards/scenarios/workloads")
}

pub(super) fn execute(workspace: &Workspace) -> Result<u8> {
    // The version that made the module is tried first: it makes the same bytes again.
    let compiler = tool(&["clang-14", "clang"])?;
    let linker = tool(&["wasm-ld-14", "wasm-ld"])?;
    let objects = tempfile::tempdir().context("cannot make a temporary folder")?;
    let mut link = Command::new(linker);
    link.args(LINK);
    for source in sources(&folder(workspace), &["c"])? {
        let name = source.file_stem().unwrap_or_default();
        let object = objects.path().join(name).with_extension("o");
        let mut compile = Command::new(compiler);
        compile.args(COMPILE).arg("-c").arg(&source).arg("-o").arg(&object);
        run(&mut compile)?;
        link.arg(object);
    }
    let linked = objects.path().join("work.wasm");
    link.arg("-o").arg(&linked);
    run(&mut link)?;
    let bytes = fs::read(&linked).with_context(|| format!("cannot read {}", linked.display()))?;
    let module = module(workspace);
    fs::write(&module, bytes).with_context(|| format!("cannot write {}", module.display()))?;
    println!("built: {}", module.display());
    guests::build(workspace)?;
    Ok(failure::SUCCESS)
}
