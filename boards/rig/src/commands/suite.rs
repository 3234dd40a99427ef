//! `rig suite`

use crate::arguments::Suite;
use crate::failure::{self, WrongCommandLine};
use crate::firmware::replace;
use crate::lanes;
use crate::leash::Leashed;
use crate::nightly::Tool;
use crate::steps::{ENVIRONMENT, environment};
use crate::suite::{Outcome, Selection, Task, summary, tasks};
use crate::workspace::{Workspace, cargo};
use anyhow::{Context, Result, bail};
use std::env;
use std::fs;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

pub(super) fn execute(workspace: &Workspace, suite: &Suite) -> Result<u8> {
    let Suite { all, list, steps } = suite;
    let selection = match (all, steps.as_slice()) {
        (true, _) => Selection::All,
        (false, []) => Selection::Everyday,
        (false, words) => Selection::Named(words),
    };
    let tasks = tasks(workspace, &selection)?;
    if tasks.is_empty() {
        return Err(WrongCommandLine(format!("no such step: {}", steps.join(" "))).into());
    }
    if *list {
        for task in &tasks {
            println!("{}: {}", task.name, task.command);
        }
        return Ok(failure::SUCCESS);
    }
    let rig = copy_of_this_program(workspace)?;
    let lanes = thread::available_parallelism().map_or(1, usize::from);
    let is_alone = tasks.len() == 1;
    let results = lanes::run(&tasks, lanes, |task| {
        let ran =
            if is_alone { run(task, workspace, &rig) } else { held_back(task, workspace, &rig) };
        ran.unwrap_or_else(|error| failed(&format!("{}: {error:#}", task.name)))
    });
    print!("\n{}", summary(&results));
    let failed = results.iter().any(|(_, outcome, _)| *outcome == Outcome::Failed);
    Ok(if failed { failure::FAILURE } else { failure::SUCCESS })
}

/// A copy that stays when a step rebuilds this program.
fn copy_of_this_program(workspace: &Workspace) -> Result<PathBuf> {
    let this = env::current_exe().context("cannot find this program")?;
    let folder = workspace.target_dir.join("rig");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let copy = folder.join("suite");
    replace(&this, &copy).with_context(|| format!("cannot write {}", copy.display()))?;
    Ok(copy)
}

fn title(task: &Task) -> String {
    format!("\n=== {}: {}", task.name, task.command)
}

/// Runs a task that nothing else runs beside.
fn run(task: &Task, workspace: &Workspace, rig: &Path) -> Result<Outcome> {
    println!("{}", title(task));
    execute_with(task, workspace, rig, Stdio::inherit(), Stdio::inherit())
}

/// Runs a task beside others: what it says is shown when it has ended.
fn held_back(task: &Task, workspace: &Workspace, rig: &Path) -> Result<Outcome> {
    println!("begins: {}", task.name);
    let mut said = tempfile::tempfile()?;
    let (stdout, stderr) = (said.try_clone()?, said.try_clone()?);
    let outcome = execute_with(task, workspace, rig, stdout.into(), stderr.into())?;
    said.rewind()?;
    let mut shown = io::stdout().lock();
    writeln!(shown, "{}", title(task))?;
    io::copy(&mut said, &mut shown)?;
    Ok(outcome)
}

fn execute_with(
    task: &Task,
    workspace: &Workspace,
    rig: &Path,
    stdout: Stdio,
    stderr: Stdio,
) -> Result<Outcome> {
    let mut words = task.command.split_whitespace();
    let program = words.next().unwrap_or_default();
    let mut command = match program {
        "cargo" | "loom" => Command::new(cargo()),
        "rig" => Command::new(rig),
        _ => {
            let tool = Tool::named(program).context("no such program")?;
            match tool.missing() {
                None => tool.command(),
                Some(missing) if env::var_os("CI").is_none() => {
                    return Ok(Outcome::Skipped(missing));
                }
                Some(missing) => bail!(missing),
            }
        }
    };
    command
        .args(words)
        .current_dir(&workspace.root)
        .env("CARGO_TARGET_DIR", &workspace.target_dir)
        .envs(ENVIRONMENT.iter().copied())
        .envs(environment(program).iter().copied())
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(stderr);
    let status = Leashed::run(&mut command).context("cannot start it")?;
    Ok(if status.success() { Outcome::Passed } else { Outcome::Failed })
}

fn failed(why: &str) -> Outcome {
    failure::print_line(why);
    Outcome::Failed
}
