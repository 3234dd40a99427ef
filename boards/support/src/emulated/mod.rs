//! What the firmware does in the emulator, as its command line says.

mod crash;
mod host;
mod jobs;
#[cfg(feature = "tests")]
mod promotion;
#[cfg(feature = "tests")]
mod tests;

use alloc::string::String;

use vellum::{Error, PagePool};
use vellum_scenarios::{
    bench::{self, Load},
    runner::Failure,
};

use crate::{board::Board, machine::Machine};

/// What to do.
#[derive(Debug)]
enum Task {
    Demo,
    Scenario(String),
    Jobs(String),
    Bench(String),
    #[cfg(feature = "tests")]
    Threads(String),
    #[cfg(feature = "tests")]
    Parallel,
    #[cfg(feature = "tests")]
    Compartments,
    Crash(String),
    #[cfg(feature = "tests")]
    Scripts(String),
    Unknown(String),
}

/// A benchmark.
type Measure = fn(&Machine, &'static PagePool, Load<'_>) -> Result<(), Error>;

impl Board {
    /// Does what the command line says. Tells whether it went well.
    pub(crate) fn task(&self) -> bool {
        match host::task() {
            Task::Demo => self.demo(None),
            Task::Scenario(name) => self.demo(Some(&name)),
            Task::Jobs(path) => jobs::run(self, &path),
            Task::Bench(path) => self.bench(&path, bench::run),
            #[cfg(feature = "tests")]
            Task::Threads(path) => self.bench(&path, bench::threads::run),
            #[cfg(feature = "tests")]
            Task::Parallel => self.parallel(),
            #[cfg(feature = "tests")]
            Task::Compartments => self.compartments(),
            Task::Crash(how) => {
                crash::crash(&how);
                self.failed(format_args!("unknown crash: {how:?}"))
            }
            #[cfg(feature = "tests")]
            Task::Scripts(path) => self.scripts(&path),
            Task::Unknown(name) => self.failed(format_args!("unknown task: {name:?}")),
        }
    }

    #[inline(never)]
    fn bench(&self, path: &str, run: Measure) -> bool {
        let load = || Ok(host::read(path, self.modules).map_err(Error::host)?.into());
        self.finish(run(&self.machine(), self.resources.pages, &load).map_err(Failure::from))
    }
}
