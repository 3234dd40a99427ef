//! What the firmware does in the emulator, as its command line says.

mod host;
mod jobs;
mod modules;

use alloc::string::String;

use vellum_scenarios::{bench, runner::Failure};

use crate::board::Board;

pub use modules::ModuleBuffer;

/// What to do.
#[derive(Debug)]
enum Task {
    Demo,
    Scenario(String),
    Jobs(String),
    Bench(String),
    Unknown(String),
}

impl Board {
    /// Does what the command line says. Tells whether it went well.
    pub(crate) fn task(&self) -> bool {
        match host::task() {
            Task::Demo => self.demo(None),
            Task::Scenario(name) => self.demo(Some(&name)),
            Task::Jobs(path) => jobs::run(self, &path),
            Task::Bench(path) => self.bench(&path),
            Task::Unknown(name) => self.failed(format_args!("unknown task: {name:?}")),
        }
    }

    #[inline(never)]
    fn bench(&self, path: &str) -> bool {
        let machine = self.machine();
        let Some(mut modules) = self.modules.take() else {
            return self.failed(format_args!("the module buffer is in use"));
        };
        let result = modules.with(path, |module| {
            bench::run(&machine, self.resources.pages, module).map_err(Failure::from)
        });
        match result {
            Ok(result) => self.finish(result),
            Err(error) => self.failed(format_args!("{error}")),
        }
    }
}
