//! `rig suite`

use crate::failure::{self, WrongCommandLine};
use crate::leash::Leashed;
use crate::steps::MIRI;
use crate::suite::{Outcome, Selection, Task, summary, tasks};
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
            println!("{}: {}", task.name, task.command.join(" "));
        }
        return Ok(failure::SUCCESS);
    }
    // Before a step rebuilds this program and its file is replaced.
    let rig = env::current_exe().context("cannot find this program")?;
    let mut results = Vec::new();
    for task in tasks {
        println!("\n=== {}: {}", task.name, task.command.join(" "));
        let start = Instant::now();
        let outcome = run(&task, workspace, &rig);
        results.push((task, outcome, start.elapsed()));
    }
    print!("\n{}", summary(&results));
    let failed = results.iter().any(|(_, outcome, _)| *outcome == Outcome::Failed);
    Ok(if failed { failure::FAILURE } else { failure::SUCCESS })
}

fn run(task: &Task, workspace: &Workspace, rig: &Path) -> Outcome {
    let words: Vec<&str> = task.command.iter().map(String::as_str).collect();
    if words.starts_with(MIRI)
        && let Some(missing) = missing_miri()
    {
        return match env::var_os("CI") {
            None => Outcome::Skipped(missing),
            Some(_) => {
                failure::print_line(&missing);
                Outcome::Failed
            }
        };
    }
    let mut command = match words.split_first() {
        Some((&"cargo", rest)) => with(Command::new(cargo()), rest),
        Some((&"rig", rest)) => with(Command::new(rig), rest),
        Some((program, rest)) => with(of_another_toolchain(program), rest),
        None => return Outcome::Failed,
    };
    command
        .current_dir(&workspace.root)
        .env("CARGO_TARGET_DIR", &workspace.target_dir)
        .envs(task.environment.iter().copied())
        .stdin(Stdio::null());
    match Leashed::run(&mut command) {
        Ok(status) if status.success() => Outcome::Passed,
        Ok(_) => Outcome::Failed,
        Err(error) => {
            failure::print_line(&format!("cannot start {}: {error}", task.command.join(" ")));
            Outcome::Failed
        }
    }
}

fn with(mut command: Command, arguments: &[&str]) -> Command {
    command.args(arguments);
    command
}

/// A program that must not take over which toolchain this one runs with.
fn of_another_toolchain(program: &str) -> Command {
    let mut command = Command::new(program);
    for variable in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(variable);
    }
    command
}

/// Adds Miri to the nightly toolchain if need be, and tells why it is not there.
fn missing_miri() -> Option<String> {
    let works = || {
        let mut command = of_another_toolchain("rustup");
        command.args(["run", "nightly", "cargo", "miri", "--version"]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    if works() {
        return None;
    }
    println!("installing Miri: rustup component add miri rust-src --toolchain nightly");
    let mut install = of_another_toolchain("rustup");
    install.args(["component", "add", "miri", "rust-src", "--toolchain", "nightly"]);
    if Leashed::run(&mut install).is_ok_and(|status| status.success()) && works() {
        return None;
    }
    Some("no Miri: run `rustup toolchain install nightly --component miri,rust-src`".to_owned())
}
