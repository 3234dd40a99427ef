//! A console for the host.

use core::fmt;
use std::{
    boxed::Box,
    panic::resume_unwind,
    string::{String, ToString},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    vec::Vec,
};

use vellum::Error;

use crate::{Console, Platform, Worker};

/// Collects what is printed. Clones collect into the same place.
#[derive(Clone, Debug, Default)]
pub struct Recorder(Arc<Mutex<Recorded>>);

#[derive(Debug, Default)]
struct Recorded {
    lines: Vec<String>,
    errors: Vec<String>,
}

impl Recorder {
    /// Program output so far, one entry for each [`Console::line`].
    pub fn lines(&self) -> Vec<String> {
        self.lock().lines.clone()
    }

    /// Failures so far.
    pub fn errors(&self) -> Vec<String> {
        self.lock().errors.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Console for Recorder {
    fn line(&self, text: fmt::Arguments<'_>) {
        let text = text.to_string();
        self.lock().lines.push(text);
    }

    fn single(&self, label: &str, value: f32) {
        self.line(format_args!("{label}{value}"));
    }

    fn double(&self, label: &str, value: f64) {
        self.line(format_args!("{label}{value}"));
    }

    fn threads(&self) -> &'static vellum::Platform {
        static THREADS: vellum::Platform = vellum::Platform::STD;
        &THREADS
    }

    fn cores(&self) -> usize {
        usize::MAX
    }

    /// Threads of the operating system.
    fn at_once(&self, workers: Vec<Box<Worker>>) -> Result<(), Error> {
        thread::scope(|scope| {
            let threads: Vec<_> =
                workers.into_iter().map(|mut worker| scope.spawn(move || worker.run())).collect();
            threads.into_iter().try_for_each(|thread| match thread.join() {
                Ok(result) => result,
                Err(panic) => resume_unwind(panic),
            })
        })
    }

    fn error(&self, text: fmt::Arguments<'_>) {
        let text = text.to_string();
        self.lock().errors.push(text);
    }
}

impl Platform for Recorder {}
