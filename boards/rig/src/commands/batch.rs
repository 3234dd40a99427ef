//! `rig batch`

use super::{firmware_of, inspect_firmware};
use crate::arguments::{Emulation, Image};
use crate::board::Board;
use crate::costs::Costs;
use crate::emulator::{Boot, End, Reaction, died};
use crate::failure;
use crate::fits::misfit;
use crate::invocation::Invocation;
use crate::job::{self, Job, Told};
use crate::known::Known;
use crate::list;
use crate::placed::FreeFlash;
use crate::queue::Queue;
use crate::staging::Staging;
use crate::workspace::Workspace;
use anyhow::{Result, anyhow};
use std::collections::VecDeque;
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
            misfit(&binary, board).map_or(Ok(binary), |misfit| Err(anyhow!(misfit)))
        })
        .collect();
    let elf = match runs.iter().any(|run| run.invocation.debugging.is_on()) {
        true => inspect_firmware(workspace, board)?,
        false => firmware_of(image, workspace, board)?,
    };
    let mut flash = FreeFlash::behind(&elf, board)?;
    let mut reports = Reports::default();
    let staging = Staging::new()?;
    let mut jobs = Vec::new();
    let mut queue = Queue::default();
    for (index, (run, module)) in runs.iter().zip(modules).enumerate() {
        match module {
            Ok(binary) => {
                reports.expect(&run.invocation, &binary, board);
                let module = flash.place_or_write(&staging, &format!("{index}.wasm"), &binary)?;
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
    let listen = |line: &str| match queue.announced(line) {
        Some(unreadable) => {
            reports.tell_and_go_on();
            tell(unreadable);
            Reaction::PrintAndRestartClock
        }
        None if reports.costs.take(line) => Reaction::Swallow,
        None => Reaction::Print,
    };
    let end = boot.run(listen)?;
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

/// The report of the job that runs, and what is known of it and of those to come.
#[derive(Default)]
struct Reports {
    costs: Costs,
    running: Option<Known>,
    waiting: VecDeque<Option<Known>>,
}

impl Reports {
    /// Adds a job at the end.
    fn expect(&mut self, invocation: &Invocation, binary: &[u8], board: &Board) {
        let known = || Known::of(binary, invocation, board);
        self.waiting.push_back(invocation.report.then(known).flatten());
    }

    /// Shows the report of the job that has ended, if it has one; the next one begins.
    fn tell_and_go_on(&mut self) {
        let costs = mem::take(&mut self.costs);
        if !costs.is_empty() {
            print!("{}", costs.render(self.running.as_ref()));
        }
        self.running = self.waiting.pop_front().flatten();
    }
}

/// Shows the runs whose module can't be read as the chip shows those that fail.
fn tell(unreadable: Vec<(&str, anyhow::Error)>) {
    for (name, error) in unreadable {
        println!("== {name}");
        failure::print_line(&format!("{error:#}"));
    }
}
