//! Builds the programs.

use super::{CHECKSUMS, FORMS, Form, folder};
use crate::commands::compiler::run;
use crate::setup;
use crate::workspace::{Workspace, cargo};
use anyhow::{Context, Result, anyhow};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target of all programs, and that of those that need the standard library.
const TARGET: &str = "wasm32v1-none";
const TARGET_WITH_STD: &str = "wasm32-unknown-unknown";
const WITH_STD: &str = "regex";

pub(super) fn build(workspace: &Workspace) -> Result<()> {
    setup::rust_target(TARGET)?;
    setup::rust_target(TARGET_WITH_STD)?;
    FORMS.iter().try_for_each(|form| build_form(workspace, form))
}

fn build_form(workspace: &Workspace, form: &Form) -> Result<()> {
    let target = workspace.target_dir.join("programs");
    let flags = flags(form)?;
    let build = |arguments: &[&str]| {
        let mut build = Command::new(cargo());
        build.args(["build", "--release", "--locked", "--target-dir"]).arg(&target).args(arguments);
        build.env("CARGO_ENCODED_RUSTFLAGS", &flags).current_dir(folder(workspace));
        run(&mut build)
    };
    build(&["--target", TARGET])?;
    build(&["--target", TARGET_WITH_STD, "--features", "std", "--bin", WITH_STD])?;
    for (name, _) in CHECKSUMS {
        let triple = if name == WITH_STD { TARGET_WITH_STD } else { TARGET };
        let built = target.join(triple).join("release").join(name).with_extension("wasm");
        keep(&built, &form.module(workspace, name))?;
    }
    Ok(())
}

/// The compiler's arguments: the module names no folder of this computer.
fn flags(form: &Form) -> Result<String> {
    let rename = |from: &Path, to: &str| format!("--remap-path-prefix={}={to}", from.display());
    let crates = cargo_home()?.join("registry/src");
    let library = sysroot()?.join("lib/rustlib/src/rust/library");
    let renamed = [rename(&crates, "crates"), rename(&library, "library")];
    let all = renamed.into_iter().chain(form.flags.iter().map(|&flag| flag.to_owned()));
    Ok(all.collect::<Vec<_>>().join("\u{1f}"))
}

fn cargo_home() -> Result<PathBuf> {
    let chosen = env::var_os("CARGO_HOME").map(PathBuf::from);
    let usual = || env::home_dir().map(|home| home.join(".cargo"));
    chosen.or_else(usual).context("cannot find cargo's folder")
}

fn sysroot() -> Result<PathBuf> {
    let output = Command::new("rustc").args(["--print", "sysroot"]).output();
    let output = output.context("cannot start rustc")?;
    let path = String::from_utf8(output.stdout).map_err(|error| anyhow!("rustc: {error}"))?;
    Ok(path.trim().into())
}

fn keep(built: &Path, module: &Path) -> Result<()> {
    let write = || {
        fs::create_dir_all(module.parent().unwrap_or(Path::new("")))?;
        fs::write(module, fs::read(built)?)
    };
    write().with_context(|| format!("cannot write {}", module.display()))?;
    println!("built: {}", module.display());
    Ok(())
}
