//! `rig batch`

use super::firmware_of;
use crate::arguments::{Emulation, Image};
use crate::emulator::{Boot, End, Reaction, died};
use crate::failure;
use crate::job::{self, Job};
use crate::list;
use crate::module;
use crate::queue::Queue;
use crate::staging::Staging;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::Path;

pub(super) fn execute(
    workspace: &Workspace,
    list: &Path,
    image: Image,
    emulation: &Emulation,
) -> Result<u8> {
    let board = workspace.board(emulation.board.as_deref())?;
    let runs = list::read(list)?;
    let modules: Vec<Result<Vec<u8>>> =
        runs.iter().map(|run| module::read(&run.invocation.file)).collect();
    let elf = firmware_of(image, workspace, board)?;
    let staging = Staging::new()?;
    let mut jobs = Vec::new();
    let mut queue = Queue::default();
    for (index, (run, module)) in runs.iter().zip(modules).enumerate() {
        match module {
            Ok(binary) => {
                let module = format!("{index}.wasm");
                staging.write(&module, binary)?;
                jobs.push(Some(Job { name: &run.name, module, invocation: &run.invocation }));
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
            tell(unreadable);
            Reaction::PrintAndRestartClock
        }
        None => Reaction::Print,
    };
    match boot.run(listen)? {
        End::Exited { status: Some(0), .. } => {
            tell(queue.rest());
            Ok(failure::SUCCESS)
        }
        End::Exited { status, complaint, .. } => Err(died(status, &complaint, &board.name)),
        end => end.exit_code(&boot),
    }
}

/// Shows the runs whose module can't be read as the chip shows those that fail.
fn tell(unreadable: Vec<(&str, anyhow::Error)>) {
    for (name, error) in unreadable {
        println!("== {name}");
        failure::print_line(&format!("{error:#}"));
    }
}
