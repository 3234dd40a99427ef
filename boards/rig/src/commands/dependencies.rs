//! `rig dependencies`

use crate::dependencies;
use crate::failure;
use crate::leash::Leashed;
use crate::workspace::{Workspace, cargo};
use anyhow::{Context, Result, bail};
use std::fs;
use std::process::Command;

pub(super) fn execute(workspace: &Workspace) -> Result<u8> {
    let policy = fs::read_to_string(workspace.root.join("deny.toml"));
    let policy = policy.context("cannot read deny.toml")?;
    let output = command(workspace, &["metadata", "--all-features", "--format-version", "1"])
        .output()
        .context("cannot start cargo")?;
    if !output.status.success() {
        bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    }
    let findings = dependencies::check(&policy, &output.stdout)?;
    for fault in &findings.faults {
        failure::print_line(fault);
    }
    println!("licences, bans and sources: {} dependencies checked", findings.packages);
    let advised = advisories(workspace)?;
    Ok(if findings.faults.is_empty() && advised { failure::SUCCESS } else { failure::FAILURE })
}

/// Checks the advisories of RustSec by cargo-deny, where there is one and it can fetch them.
fn advisories(workspace: &Workspace) -> Result<bool> {
    let version = command(workspace, &["deny", "--version"]).output();
    if !version.is_ok_and(|output| output.status.success()) {
        println!("advisories: not checked: cargo-deny is not installed");
        return Ok(true);
    }
    let fetched = command(workspace, &["deny", "fetch", "db"]).output();
    if !fetched.is_ok_and(|output| output.status.success()) {
        println!("advisories: not checked: they can't be fetched");
        return Ok(true);
    }
    let mut check = command(workspace, &["deny", "--offline", "check", "advisories"]);
    let status = Leashed::run(&mut check).context("cannot start cargo deny")?;
    Ok(status.success())
}

fn command(workspace: &Workspace, arguments: &[&str]) -> Command {
    let mut command = Command::new(cargo());
    command.args(arguments).current_dir(&workspace.root);
    command
}
