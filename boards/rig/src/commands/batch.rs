//! `rig batch`

use super::{firmware_of, inspect_firmware};
use crate::advice::advice;
use crate::arguments::{Emulation, Image};
use crate::board::Board;
use crate::costs::Costs;
use crate::emulator::{Boot, End, Reaction, Said, died};
use crate::failure;
use crate::fits::misfit;
use crate::help::{self, help};
use crate::invocation::Invocation;
use crate::job::{self, Job, Told};
use crate::known::Known;
use crate::list;
use crate::observed::Observed;
use crate::placed::FreeFlash;
use crate::queue::Queue;
use crate::staging::Staging;
use crate::workspace::Workspace;
use anyhow::Result;
use std::collections::VecDeque;
use std::error::Error;
use std::fmt;
use std::mem;
use std::path::Path;

pub(super) fn execute(
    workspace: &Workspace,
    list: &Path,
    image: Image,
    emulation: &Emulation,
) -> Result<u8> {
    let board = workspace.board(emulation.board.as_deref())?;
    let runs = list::read(list)?;
    let modules: Vec<Result<Vec<u8>>> = runs
        .iter()
        .map(|run| {
            let binary = run.invocation.module()?;
            match misfit(&binary, board) {
                Some(misfit) => Err(Misfit::new(misfit, &binary).into()),
                None => Ok(binary),
            }
        })
        .collect();
    let elf = match runs.iter().any(|run| run.invocation.debugging.is_on()) {
        true => inspect_firmware(workspace, board)?,
        false => firmware_of(image, workspace, board)?,
    };
    let mut flash = FreeFlash::behind(&elf, board)?;
    let mut reports = Reports::on(board, &workspace.boards);
    let staging = Staging::new()?;
    let mut jobs = Vec::new();
    let mut queue = Queue::default();
    for (index, (run, module)) in runs.iter().zip(modules).enumerate() {
        match module {
            Ok(binary) => {
                let module = flash.place_or_write(&staging, &format!("{index}.wasm"), &binary)?;
                reports.expect(&run.invocation, binary);
                let invocation = &run.invocation;
                jobs.push(Some(Job { name: &run.name, module, invocation, told: Told::AsAsked }));
                queue.add(&run.name, None);
            }
            Err(error) => {
                jobs.push(None);
                queue.add(&run.name, Some(error));
            }
        }
    }
    if jobs.iter().all(Option::is_none) {
        tell(queue.rest());
        return Ok(failure::SUCCESS);
    }
    flash.stage(&staging)?;
    staging.write("jobs", job::batch(&jobs))?;
    let arguments = image.arguments("jobs");
    let boot = Boot {
        board,
        elf: &elf,
        arguments: &arguments.iter().map(String::as_str).collect::<Vec<_>>(),
        staging: &staging,
        time_limit: emulation.time_limit,
    };
    let listen = |said: Said<'_>| {
        let line = match said {
            Said::Line(line) => line,
            Said::Error(error) => {
                reports.errors.push(error.to_owned());
                return Reaction::Print;
            }
        };
        match queue.announced(line) {
            Some(unreadable) => {
                reports.tell_and_go_on();
                tell(unreadable);
                Reaction::PrintAndRestartClock
            }
            None if reports.costs.take(line) || reports.observed.take(line) => Reaction::Swallow,
            None => Reaction::Print,
        }
    };
    let end = boot.listen(listen)?;
    reports.tell_and_go_on();
    match end {
        End::Exited { status: Some(0), .. } => {
            tell(queue.rest());
            Ok(failure::SUCCESS)
        }
        End::Exited { status, complaint, .. } => Err(died(status, &complaint, &board.name)),
        end => end.exit_code(&boot),
    }
}

/// What the job that runs has reported, and what is known of it and of those to come.
struct Reports<'a> {
    board: &'a Board,
    boards: &'a [Board],
    costs: Costs,
    errors: Vec<String>,
    observed: Observed,
    running: Option<Expected<'a>>,
    waiting: VecDeque<Expected<'a>>,
}

/// A job, with its module as the chip gets it.
struct Expected<'a> {
    invocation: &'a Invocation,
    binary: Vec<u8>,
}

impl<'a> Reports<'a> {
    fn on(board: &'a Board, boards: &'a [Board]) -> Self {
        let (costs, errors, observed) = (Costs::default(), Vec::new(), Observed::default());
        Self { board, boards, costs, errors, observed, running: None, waiting: VecDeque::new() }
    }

    /// Adds a job at the end.
    fn expect(&mut self, invocation: &'a Invocation, binary: Vec<u8>) {
        self.waiting.push_back(Expected { invocation, binary });
    }

    /// Shows the help for the job that has ended, and its report if it has one; the next one begins.
    fn tell_and_go_on(&mut self) {
        let (costs, errors) = (mem::take(&mut self.costs), mem::take(&mut self.errors));
        let ended = mem::replace(&mut self.running, self.waiting.pop_front());
        let begins = self.running.as_ref().map(|next| Observed::by(&next.invocation.debugging));
        let observed = mem::replace(&mut self.observed, begins.unwrap_or_default());
        let Some(Expected { invocation, binary }) = ended else { return };
        if let Err(error) = observed.tell(invocation) {
            failure::print_line(&format!("{error:#}"));
        }
        // A file that can't be read a second time is no failure of the run.
        if let Ok(lines) =
            help(&errors, &binary, invocation, Told::AsAsked, self.board, self.boards)
        {
            help::print(&lines);
        }
        if !costs.is_empty() {
            let known = Known::of(&binary, invocation, self.board);
            print!("{}", costs.render(known.as_ref()));
        }
    }
}

/// A module that no firmware of the board has room for.
#[derive(Debug)]
struct Misfit {
    text: String,
    help: Vec<String>,
}

impl Misfit {
    fn new(text: String, binary: &[u8]) -> Self {
        let help = advice(std::slice::from_ref(&text), binary);
        Self { text, help }
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for Misfit {}

/// Shows the runs that the chip does not get as it shows those that fail.
fn tell(unreadable: Vec<(&str, anyhow::Error)>) {
    for (name, error) in unreadable {
        println!("== {name}");
        failure::print_line(&format!("{error:#}"));
        if let Some(misfit) = error.downcast_ref::<Misfit>() {
            help::print(&misfit.help);
        }
    }
}
