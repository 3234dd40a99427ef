//! What the firmware does in the emulator, as its command line says.

mod host;
mod jobs;
mod placed;
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
    /// A job file, and after how many seconds of one step the watchdog ends it.
    Jobs(String, Option<u32>),
    Bench(String),
    #[cfg(feature = "tests")]
    Threads(String),
    #[cfg(feature = "tests")]
    Preempted(String),
    #[cfg(feature = "tests")]
    Stops,
    #[cfg(feature = "tests")]
    Parallel,
    #[cfg(feature = "tests")]
    Compartments,
    #[cfg(feature = "tests")]
    Crash(String),
    #[cfg(feature = "tests")]
    Scripts(String),
    Unknown(String),
}

impl Board {
    /// Does what the command line says. Tells whether it went well.
    pub(crate) fn task(&self) -> bool {
        match host::task() {
            Task::Demo => self.demo(None),
            Task::Scenario(name) => self.demo(Some(&name)),
            Task::Jobs(path, seconds) => self.watched(seconds) && jobs::run(self, &path),
            Task::Bench(path) => self.bench(&path, bench::run),
            #[cfg(feature = "tests")]
            Task::Threads(path) => self.bench(&path, bench::threads::run),
            #[cfg(feature = "tests")]
            Task::Preempted(path) => self.preempted(&path),
            #[cfg(feature = "tests")]
            Task::Stops => self.stops(),
            #[cfg(feature = "tests")]
            Task::Parallel => self.parallel(),
            #[cfg(feature = "tests")]
            Task::Compartments => self.compartments(),
            #[cfg(feature = "tests")]
            Task::Crash(how) => self.crash(&how),
            #[cfg(feature = "tests")]
            Task::Scripts(path) => self.scripts(&path),
            Task::Unknown(name) => self.failed(format_args!("unknown task: {name:?}")),
        }
    }

    /// Starts the watchdog, if that is asked for. Tells whether there is one.
    fn watched(&self, seconds: Option<u32>) -> bool {
        match (seconds, self.watchdog) {
            (None, _) => true,
            (Some(_), None) => self.failed(format_args!("no watchdog: {}", self.name)),
            (Some(seconds), Some(watchdog)) => {
                watchdog.start(seconds.saturating_mul(1000));
                true
            }
        }
    }

    #[inline(never)]
    fn bench(
        &self,
        path: &str,
        run: impl FnOnce(&Machine, &'static PagePool, Load<'_>) -> Result<(), Error>,
    ) -> bool {
        self.lend_a_page();
        let load = || Ok(host::read(path, self.modules).map_err(Error::host)?.into());
        self.finish(run(&self.machine(), self.resources.pages, &load).map_err(Failure::from))
    }
}
