//! `rig suite`

use crate::failure::{self, WrongCommandLine};
use crate::leash::Leashed;
use crate::nightly::Tool;
use crate::steps::{ENVIRONMENT, environment};
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
    let program = words.next().unwrap_or_default();
    let mut command = match program {
        "cargo" | "loom" => Command::new(cargo()),
        "rig" => Command::new(rig),
        _ => match Tool::named(program) {
            None => return failed(&format!("no such program: {program}")),
            Some(tool) => match tool.missing() {
                None => tool.command(),
                Some(missing) if env::var_os("CI").is_none() => return Outcome::Skipped(missing),
                Some(missing) => return failed(&missing),
            },
        },
    };
    command
        .args(words)
        .current_dir(&workspace.root)
        .env("CARGO_TARGET_DIR", &workspace.target_dir)
        .envs(ENVIRONMENT.iter().copied())
        .envs(environment(program).iter().copied())
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
