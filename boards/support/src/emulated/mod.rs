//! What the firmware does in the emulator, as its command line says.

mod crash;
mod host;
mod jobs;
mod modules;

use alloc::string::String;

use vellum::{Error, PagePool};
#[cfg(feature = "tests")]
use vellum_scenarios::{
    Console,
    script::{self, Totals},
};
use vellum_scenarios::{bench, parallel, runner::Failure};

use crate::{board::Board, machine::Machine};

pub use modules::ModuleBuffer;

/// How often each of two guests counts that run at once.
const TIMES: u32 = 100_000;

/// What to do.
#[derive(Debug)]
enum Task {
    Demo,
    Scenario(String),
    Jobs(String),
    Bench(String),
    #[cfg(feature = "tests")]
    Threads(String),
    Parallel,
    Crash(String),
    #[cfg(feature = "tests")]
    Scripts(String),
    Unknown(String),
}

/// A benchmark.
type Measure = fn(&Machine, &'static PagePool, &'static [u8]) -> Result<(), Error>;

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
            Task::Parallel => self.parallel(),
            Task::Crash(how) => {
                crash::crash(&how);
                self.failed(format_args!("unknown crash: {how:?}"))
            }
            #[cfg(feature = "tests")]
            Task::Scripts(path) => self.scripts(&path),
            Task::Unknown(name) => self.failed(format_args!("unknown task: {name:?}")),
        }
    }

    /// Lets two guests count at once, on as many cores as there are.
    #[inline(never)]
    fn parallel(&self) -> bool {
        self.greet();
        let pages = self.resources.pages;
        let free = pages.largest_free();
        if free < parallel::NEEDS {
            defmt::println!("left out: needs {} bytes of pages, {} free", parallel::NEEDS, free);
            return true;
        }
        match parallel::run(&self.machine(), pages, TIMES) {
            Ok(_) => self.finish(Ok(())),
            Err(failure) => self.failed(format_args!("{failure}")),
        }
    }

    #[inline(never)]
    fn bench(&self, path: &str, run: Measure) -> bool {
        let machine = self.machine();
        let Some(mut modules) = self.modules.take() else {
            return self.failed(format_args!("the module buffer is in use"));
        };
        let result = modules.with(path, |module| {
            run(&machine, self.resources.pages, module).map_err(Failure::from)
        });
        match result {
            Ok(result) => self.finish(result),
            Err(error) => self.failed(format_args!("{error}")),
        }
    }
    /// Carries out the scripts of the official test suite in the host's file `path`.
    #[cfg(feature = "tests")]
    #[inline(never)]
    fn scripts(&self, path: &str) -> bool {
        let machine = self.machine();
        let Some(mut modules) = self.modules.take() else {
            return self.failed(format_args!("the module buffer is in use"));
        };
        let mut good = false;
        let result = modules.with(path, |file| {
            let Totals { passed, accepted, wrong } =
                script::suite(&machine, self.resources.pages, file)?;
            good = wrong == 0;
            let name = self.name;
            machine.line(format_args!(
                "threads suite on {name}: {passed} assertions passed, {accepted} accepted"
            ));
            Ok(())
        });
        match result {
            // What carries out scripts has deep frames of its own: the budget is for guests.
            Ok(Ok(())) => good,
            Ok(Err(failure)) => self.failed(format_args!("{failure}")),
            Err(error) => self.failed(format_args!("{error}")),
        }
    }
}
