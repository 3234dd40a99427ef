//! The jobs of a job file, one after the other.

use vellum::ModuleBytes;
use vellum_scenarios::{
    Console,
    runner::{self, Job, Jobs},
};

use super::{
    host::{self, Lines, ReadError},
    placed,
};
use crate::{board::Board, doing, machine::Machine};

/// Runs the jobs in the host's file `path`. Tells whether all went well; in a batch, whether the
/// chip came through.
pub(super) fn run(board: &Board, path: &str) -> bool {
    let mut lines = match Lines::open(path) {
        Ok(lines) => lines,
        Err(error) => return board.failed(format_args!("{error}")),
    };
    let mut jobs = Jobs::default();
    let mut done = true;
    loop {
        let line = match lines.next() {
            Ok(Some(line)) => line,
            Ok(None) => return done || jobs.is_batch(),
            Err(error) => return board.failed(format_args!("{error}")),
        };
        match jobs.next(line) {
            Ok(Some(job)) => done &= run_job(board, &job, jobs.number()),
            Ok(None) => {}
            Err(error) => return board.failed(format_args!("{error}")),
        }
    }
}

#[inline(never)]
fn run_job(board: &Board, job: &Job<'_>, number: Option<usize>) -> bool {
    let machine: Machine = board.machine();
    if number.is_some() {
        machine.line(format_args!("== {}", job.name));
    }
    let resources = board.resources();
    let number = number.unwrap_or_default();
    let doing = doing::CurrentJob { module: &job.name, call: &job.call, number };
    let result = doing::during(&doing, || {
        module(board, &job.path).map(|module| runner::run(&machine, &resources, module, &job.call))
    });
    match result {
        Ok(result) => board.finish(result),
        Err(error) => board.failed(format_args!("{error}: {:?}", job.name)),
    }
}

/// A module in flash, read in place, or one in a file, which goes to the board's buffer.
fn module(board: &Board, path: &str) -> Result<ModuleBytes, ReadError> {
    match placed::module(path) {
        Some(module) => Ok(module.into()),
        None => host::read(path, board.modules).map(Into::into),
    }
}
