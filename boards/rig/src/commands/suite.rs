//! `rig suite`

use crate::failure::{self, WrongCommandLine};
use crate::leash::Leashed;
use crate::steps::ENVIRONMENT;
use crate::suite::{Outcome, Selection, Task, summary, tasks};
use crate::tools::command_line;
use crate::workspace::{Workspace, cargo};
use anyhow::{Context, Result};
use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

pub(super) fn execute(
    workspace: &Workspace,
    all: bool,
    list: bool,
    steps: &[String],
) -> Result<u8> {
    let selection = match (all, steps) {
        (true, _) => Selection::All,
        (false, []) => Selection::Everyday,
        (false, words) => Selection::Named(words),
    };
    let tasks = tasks(workspace, &selection)?;
    if tasks.is_empty() {
        return Err(WrongCommandLine(format!("no such step: {}", steps.join(" "))).into());
    }
    if list {
        for task in &tasks {
            println!("{}: {}", task.name, task.command);
        }
        return Ok(failure::SUCCESS);
    }
    // Before a step rebuilds this program and its file is replaced.
    let rig = env::current_exe().context("cannot find this program")?;
    let mut results = Vec::new();
    for task in tasks {
        println!("\n=== {}: {}", task.name, task.command);
        let start = Instant::now();
        let outcome = run(&task, workspace, &rig);
        results.push((task, outcome, start.elapsed()));
    }
    print!("\n{}", summary(&results));
    let failed = results.iter().any(|(_, outcome, _)| *outcome == Outcome::Failed);
    Ok(if failed { failure::FAILURE } else { failure::SUCCESS })
}

fn run(task: &Task, workspace: &Workspace, rig: &Path) -> Outcome {
    let mut words = task.command.split_whitespace();
    let mut command = match words.next() {
        Some("cargo") => Command::new(cargo()),
        Some("rig") => Command::new(rig),
        Some("miri") => match missing_miri() {
            None => miri(),
            Some(missing) if env::var_os("CI").is_none() => return Outcome::Skipped(missing),
            Some(missing) => return failed(&missing),
        },
        other => return failed(&format!("no such program: {other:?}")),
    };
    command
        .args(words)
        .current_dir(&workspace.root)
        .env("CARGO_TARGET_DIR", &workspace.target_dir)
        .envs(ENVIRONMENT.iter().copied())
        .stdin(Stdio::null());
    match Leashed::run(&mut command) {
        Ok(status) if status.success() => Outcome::Passed,
        Ok(_) => Outcome::Failed,
        Err(error) => failed(&format!("cannot start {}: {error}", task.command)),
    }
}

fn failed(why: &str) -> Outcome {
    failure::print_line(why);
    Outcome::Failed
}

/// Miri of the nightly toolchain.
fn miri() -> Command {
    let mut command = rustup();
    command.args(["run", "nightly", "cargo", "miri"]);
    command
}

/// rustup, without what says which toolchain this program runs with.
fn rustup() -> Command {
    let mut command = Command::new("rustup");
    for variable in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(variable);
    }
    command
}

/// Adds Miri to the nightly toolchain if need be, and tells why it is not there.
fn missing_miri() -> Option<String> {
    let works = || {
        let mut command = miri();
        command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if works() {
        return None;
    }
    let mut install = rustup();
    install.args(["component", "add", "miri", "rust-src", "--toolchain", "nightly"]);
    println!("installing Miri: {}", command_line(&install));
    if Leashed::run(&mut install).is_ok_and(|status| status.success()) && works() {
        return None;
    }
    Some("no Miri: run `rustup toolchain install nightly --component miri,rust-src`".to_owned())
}
