//! `rig fuzz`

use super::emulated_firmware;
use crate::arguments::{Fuzz, Image};
use crate::emulator::{Boot, End, Reaction, Said, died};
use crate::failure;
use crate::job::{self, Job};
use crate::leash::Leashed;
use crate::list;
use crate::staging::Staging;
use crate::workspace::{Workspace, cargo};
use anyhow::{Context, Result, bail};
use std::fs;
use std::process::Command;

/// What the good module after each other one returns.
const GOOD: &str = "result: 42";
const GOOD_FILE: &str = "good.wasm";

pub(super) fn execute(workspace: &Workspace, fuzz: &Fuzz) -> Result<u8> {
    match &fuzz.board {
        Some(board) => on_board(workspace, board, fuzz),
        None => on_host(workspace, fuzz),
    }
}

/// The program that makes inputs and tries them, built to be fast.
fn program(workspace: &Workspace) -> Command {
    let mut command = Command::new(cargo());
    command
        .args(["run", "--quiet", "--profile", "host", "--package", "vellum-host-tests"])
        .args(["--features", "differential,canaries", "--bin", "fuzz", "--target-dir"])
        .arg(&workspace.target_dir)
        .arg("--manifest-path")
        .arg(workspace.root.join("Cargo.toml"))
        .arg("--");
    command
}

fn on_host(workspace: &Workspace, fuzz: &Fuzz) -> Result<u8> {
    let mut run = program(workspace);
    run.args(&fuzz.targets).args(["--seed", &fuzz.seed.to_string()]);
    match &fuzz.input {
        Some(file) => run.arg("--input").arg(file),
        None => run
            .args(["--seconds", &fuzz.time.as_secs().to_string(), "--failures"])
            .arg(workspace.target_dir.join("fuzz")),
    };
    let good = Leashed::run(&mut run).context("cannot start cargo")?.success();
    Ok(if good { failure::SUCCESS } else { failure::FAILURE })
}

/// What the chip has said of the runs so far.
#[derive(Default)]
struct Answers {
    /// The run that was announced last.
    at: Option<String>,
    /// What was said of it last.
    last: String,
    /// The module before the good one, or the last one.
    module: String,
    runs: usize,
    returned: usize,
    stopped: usize,
    /// Modules that were answered wrongly, or that a good one failed after, and what was said.
    wrong: Vec<(String, String)>,
}

impl Answers {
    fn hear(&mut self, said: Said<'_>) {
        match said {
            Said::Line(line) => match line.strip_prefix("== ") {
                Some(name) => {
                    self.end();
                    if name != GOOD_FILE {
                        name.clone_into(&mut self.module);
                    }
                    self.at = Some(name.to_owned());
                }
                None => line.clone_into(&mut self.last),
            },
            Said::Error(message) => self.last = format!("error: {message}"),
        }
    }

    /// Judges the run that is over.
    fn end(&mut self) {
        let last = std::mem::take(&mut self.last);
        let Some(name) = self.at.take() else { return };
        self.runs += 1;
        if name == GOOD_FILE && last != GOOD || is_wrong(&last) {
            self.wrong.push((self.module.clone(), format!("{name}: {last}")));
        } else if last.starts_with("error: ") {
            self.stopped += 1;
        } else {
            self.returned += 1;
        }
    }
}

/// Whether the firmware says this of itself, not of the module.
fn is_wrong(last: &str) -> bool {
    let own = ["error: leak", "error: internal", "error: cannot read"];
    own.iter().any(|wrong| last.starts_with(wrong))
}

fn on_board(workspace: &Workspace, board: &str, fuzz: &Fuzz) -> Result<u8> {
    let board = workspace.board(Some(board))?;
    let staging = Staging::new()?;
    let mut make = program(workspace);
    make.arg("--chip").arg(staging.path());
    make.args(["--seed", &fuzz.seed.to_string(), "--modules", &fuzz.modules.to_string()]);
    if !Leashed::run(&mut make).context("cannot start cargo")?.success() {
        bail!("cannot make modules");
    }
    let runs = list::read(&staging.path().join("fuzz.list"))?;
    let jobs: Vec<_> = runs
        .iter()
        .map(|run| Job {
            name: &run.name,
            module: run.name.clone(),
            invocation: &run.invocation,
            is_budget: false,
        })
        .map(Some)
        .collect();
    staging.write("jobs", job::batch(&jobs))?;
    let elf = emulated_firmware(workspace, board)?;
    let arguments = Image { tests: false, watchdog: None }.arguments("jobs");
    let boot = Boot {
        board,
        elf: &elf,
        arguments: &arguments.iter().map(String::as_str).collect::<Vec<_>>(),
        staging: &staging,
        time_limit: fuzz.time,
    };
    let mut answers = Answers::default();
    let end = boot.listen(|said| {
        answers.hear(said);
        Reaction::SwallowAndRestartClock
    })?;
    let finished = matches!(end, End::Exited { status: Some(0), .. });
    if !finished {
        answers.wrong.push((answers.module.clone(), "the firmware ended".to_owned()));
    }
    answers.end();
    let Answers { runs: ran, returned, stopped, wrong, .. } = &answers;
    for (_, wrong) in wrong.iter().take(20) {
        println!("{wrong}");
    }
    println!(
        "fuzz on {}: {} modules and a good one after each: {returned} returned, {stopped} refused or \
         stopped, {} wrong (seed {})",
        board.name,
        runs.len() / 2,
        wrong.len(),
        fuzz.seed
    );
    if let Some((module, _)) = wrong.first() {
        let kept = workspace.target_dir.join("fuzz");
        fs::create_dir_all(&kept).context("cannot keep the module")?;
        let kept = kept.join(format!("{}-{}-{module}", board.name, fuzz.seed));
        fs::copy(staging.path().join(module), &kept).context("cannot keep the module")?;
        println!("the module is {0}: cargo rig run {0} --board {1}", kept.display(), board.name);
    }
    match end {
        End::Exited { status: Some(0), .. } if wrong.is_empty() && *ran == runs.len() => {
            Ok(failure::SUCCESS)
        }
        End::Exited { status: Some(0), .. } => Ok(failure::FAILURE),
        End::Exited { status, complaint, .. } => Err(died(status, &complaint, &board.name)),
        end => end.exit_code(&boot),
    }
}

#[cfg(test)]
mod tests {
    use super::Answers;
    use crate::emulator::Said;

    fn answers(said: &[Said<'_>]) -> Answers {
        let mut answers = Answers::default();
        said.iter().for_each(|said| answers.hear(*said));
        answers.end();
        answers
    }

    #[test]
    fn a_good_module_must_give_its_result() {
        let said = [
            Said::Line("== 0.wasm"),
            Said::Error("invalid module: x: byte 3"),
            Said::Line("== good.wasm"),
            Said::Line("result: 42"),
            Said::Line("== 1.wasm"),
            Said::Line("result: 42"),
            Said::Line("== good.wasm"),
            Said::Error("out of heap"),
        ];
        let answers = answers(&said);
        assert_eq!((answers.runs, answers.returned, answers.stopped), (4, 2, 1));
        let wrong = ("1.wasm".to_owned(), "good.wasm: error: out of heap".to_owned());
        assert_eq!(answers.wrong, [wrong]);
    }

    #[test]
    fn what_the_firmware_says_of_itself_is_wrong() {
        let said = [Said::Line("== 0.wasm"), Said::Line("result: 1"), Said::Error("leak: x")];
        assert_eq!(answers(&said).wrong.len(), 1);
    }
}
