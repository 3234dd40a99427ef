//! Tries modules on an emulated chip.

use super::answers::Answers;
use super::program;
use crate::arguments::{Fuzz, Image};
use crate::board::Board;
use crate::commands::emulated_firmware;
use crate::emulator::{Boot, End, Reaction, died};
use crate::failure;
use crate::job::{self, Job, Told};
use crate::leash::Leashed;
use crate::list::{self, Listed};
use crate::native_stack;
use crate::placed::FreeFlash;
use crate::staging::Staging;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

pub(super) fn execute(workspace: &Workspace, board: &str, fuzz: &Fuzz) -> Result<u8> {
    let board = workspace.board(Some(board))?;
    let made = Staging::new()?;
    let mut make = program(workspace);
    make.arg("--chip").arg(made.path());
    make.args(["--seed", &fuzz.seed.to_string(), "--modules", &fuzz.modules.to_string()]);
    if !Leashed::run(&mut make).context("cannot start cargo")?.success() {
        bail!("cannot make modules");
    }
    let runs = list::read(&made.path().join("fuzz.list"))?;
    let elf = emulated_firmware(workspace, board)?;
    let mut answers = Answers::new(native_stack::bound(&board.name));
    let mut boots = 0;
    let mut ended = Ok((failure::SUCCESS, runs.as_slice()));
    while let Ok((failure::SUCCESS, rest)) = ended
        && !rest.is_empty()
    {
        ended = boot(board, &elf, rest, fuzz, &mut answers);
        boots += 1;
    }
    tell(board, fuzz, &answers, runs.len(), boots);
    let kept = keep_first(workspace, board, fuzz, &answers, made.path());
    ended?;
    kept?;
    let good = answers.wrong.is_empty() && answers.runs == runs.len();
    Ok(if good { failure::SUCCESS } else { failure::FAILURE })
}

/// Boots with as many of the runs as the chip's flash has room for, and gives the others.
fn boot<'r>(
    board: &Board,
    elf: &Path,
    runs: &'r [Listed],
    fuzz: &Fuzz,
    answers: &mut Answers,
) -> Result<(u8, &'r [Listed])> {
    let staging = Staging::new()?;
    let mut flash = FreeFlash::behind(elf, board)?;
    let mut jobs = Vec::new();
    for run in runs {
        // Whatever is in the file goes to the chip, also what is clearly no module.
        let bytes = fs::read(&run.invocation.file).context("cannot read a module")?;
        let Some(module) = flash.place(&run.invocation.stored(bytes)?) else { break };
        let (name, invocation, told) = (&run.name, &run.invocation, Told::Stack);
        jobs.push(Some(Job { name, module, invocation, told }));
    }
    if jobs.is_empty() {
        bail!("no room in flash: {}", board.name);
    }
    flash.stage(&staging)?;
    staging.write("jobs", job::batch(&jobs))?;
    let arguments = Image { tests: false, watchdog: None }.arguments("jobs");
    let boot = Boot {
        board,
        elf,
        arguments: &arguments.iter().map(String::as_str).collect::<Vec<_>>(),
        staging: &staging,
        time_limit: fuzz.time,
    };
    let end = boot.listen(|said| {
        answers.hear(said);
        Reaction::SwallowAndRestartClock
    })?;
    let finished = matches!(end, End::Exited { status: Some(0), .. });
    if !finished {
        let module = answers.module.clone();
        let wrong = format!("{module}: the firmware ended");
        answers.wrong.push((module, wrong));
    }
    answers.end();
    let rest = runs.get(jobs.len()..).unwrap_or_default();
    match end {
        End::Exited { status: Some(0), .. } => Ok((failure::SUCCESS, rest)),
        End::Exited { status, complaint, .. } => Err(died(status, &complaint, &board.name)),
        end => Ok((end.exit_code(&boot)?, rest)),
    }
}

fn tell(board: &Board, fuzz: &Fuzz, answers: &Answers, runs: usize, boots: usize) {
    let Answers { returned, stopped, wrong, stack, .. } = answers;
    for (_, wrong) in wrong.iter().take(20) {
        println!("{wrong}");
    }
    println!(
        "fuzz on {}: {} modules and a good one after each in {boots} boots: {returned} returned, \
         {stopped} refused or stopped, {} wrong (seed {})",
        board.name,
        runs / 2,
        wrong.len(),
        fuzz.seed
    );
    println!("native stack: {stack}");
}

/// Keeps the first of the modules, all of which are in `made`, that was answered wrongly.
fn keep_first(
    workspace: &Workspace,
    board: &Board,
    fuzz: &Fuzz,
    answers: &Answers,
    made: &Path,
) -> Result<()> {
    let Some((name, _)) = answers.wrong.first() else { return Ok(()) };
    let folder = workspace.target_dir.join("fuzz");
    fs::create_dir_all(&folder).context("cannot keep the module")?;
    let kept = folder.join(format!("{}-{}-{name}", board.name, fuzz.seed));
    fs::copy(made.join(name), &kept).context("cannot keep the module")?;
    println!("the module is {0}: cargo rig run {0} --board {1}", kept.display(), board.name);
    Ok(())
}
