//! `rig batch`

use super::emulated_firmware;
use crate::cli::Emulation;
use crate::emulator::{Boot, End, Reaction, died};
use crate::failure;
use crate::job::{self, Job};
use crate::list::{self, Listed};
use crate::module;
use crate::staging::Staging;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::Path;

pub(super) fn execute(workspace: &Workspace, list: &Path, emulation: &Emulation) -> Result<u8> {
    let board = workspace.board(emulation.board.as_deref())?;
    let runs = list::read(list)?;
    let modules: Vec<Result<Vec<u8>>> =
        runs.iter().map(|run| module::read(&run.invocation.file)).collect();
    let elf = emulated_firmware(workspace, board)?;
    let staging = Staging::new()?;
    let mut jobs = Vec::new();
    let mut queue = Queue::default();
    for (index, (run, module)) in runs.iter().zip(modules).enumerate() {
        match module {
            Ok(binary) => {
                let module = format!("{index}.wasm");
                staging.write(&module, binary)?;
                jobs.push(Job { name: &run.name, module, invocation: &run.invocation });
                queue.add(run, None);
            }
            Err(error) => queue.add(run, Some(error)),
        }
    }
    if jobs.is_empty() {
        queue.finish();
        return Ok(failure::SUCCESS);
    }
    staging.write("jobs", job::batch(&jobs))?;
    let boot = Boot {
        board,
        elf: &elf,
        arguments: &["jobs", "jobs"],
        staging: &staging,
        time_limit: emulation.time_limit,
    };
    match boot.run(|line| queue.hear(line))? {
        End::Exited { status: Some(0), .. } => {
            queue.finish();
            Ok(failure::SUCCESS)
        }
        End::Exited { status, complaint, .. } => Err(died(status, &complaint, &board.name)),
        end => end.exit_code(&boot),
    }
}

/// The runs of a batch that are still to come, in order: the chip announces those it carries
/// out; the others, whose module can't be read, are told of in between.
#[derive(Default)]
struct Queue<'a> {
    waiting: std::collections::VecDeque<(&'a str, Option<anyhow::Error>)>,
}

impl<'a> Queue<'a> {
    fn add(&mut self, run: &'a Listed, unreadable: Option<anyhow::Error>) {
        self.waiting.push_back((&run.name, unreadable));
    }

    /// Takes note of a line that the firmware prints.
    fn hear(&mut self, line: &str) -> Reaction {
        let next = self.waiting.iter().find(|(_, unreadable)| unreadable.is_none());
        if next.is_none_or(|(name, _)| line.strip_prefix("== ") != Some(name)) {
            return Reaction::Print;
        }
        self.tell_unreadable();
        self.waiting.pop_front();
        Reaction::PrintAndRestartClock
    }

    /// Tells of the unreadable modules up to the next run on the chip.
    fn tell_unreadable(&mut self) {
        while let Some((name, Some(error))) =
            self.waiting.pop_front_if(|(_, unreadable)| unreadable.is_some())
        {
            println!("== {name}");
            failure::print_line(&format!("{error:#}"));
        }
    }

    /// Tells of what is left when the chip is through.
    fn finish(&mut self) {
        self.tell_unreadable();
    }
}
