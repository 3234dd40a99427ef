//! The jobs of a job file, one after the other.

use vellum_scenarios::{
    Console,
    runner::{self, Job, Jobs},
};

use super::{host::Lines, modules::Modules};
use crate::{board::Board, doing, machine::Machine};

/// Runs the jobs in the host's file `path`. Tells whether all went well; in a batch, whether the
/// chip came through.
pub(super) fn run(board: &Board, path: &str) -> bool {
    let (mut lines, mut modules) = match (Lines::open(path), board.modules.take()) {
        (Ok(lines), Some(modules)) => (lines, modules),
        (Err(error), _) => return board.failed(format_args!("{error}")),
        (_, None) => return board.failed(format_args!("the module buffer is in use")),
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
            Ok(Some(job)) => done &= run_job(board, &mut modules, &job, jobs.number()),
            Ok(None) => {}
            Err(error) => return board.failed(format_args!("{error}")),
        }
    }
}

#[inline(never)]
fn run_job(board: &Board, modules: &mut Modules, job: &Job<'_>, number: Option<usize>) -> bool {
    let machine: Machine = board.machine();
    if number.is_some() {
        machine.line(format_args!("== {}", job.name));
    }
    let resources = board.resources();
    let number = number.unwrap_or_default();
    let doing = doing::Job { module: &job.name, call: &job.call, number };
    let result = doing::during(&doing, || {
        modules.with(&job.path, |module| runner::run(&machine, &resources, module, &job.call))
    });
    match result {
        Ok(result) => board.finish(result),
        Err(error) => board.failed(format_args!("{error}: {:?}", job.name)),
    }
}
