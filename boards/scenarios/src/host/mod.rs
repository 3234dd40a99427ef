//! A console for the host.

mod interrupts;
mod tasks;

use core::fmt;
use std::{
    boxed::Box,
    panic::resume_unwind,
    string::{String, ToString},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
    vec::Vec,
};

use vellum::{Error, StaticBuffer};

use crate::{Console, Heap, Platform, Work};
use interrupts::Interrupts;

/// Collects what is printed. Clones collect into the same place.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    recorded: Arc<Mutex<Recorded>>,
    has_one_core: bool,
    heap: Option<fn() -> Heap>,
    fail: Option<fn(&'static StaticBuffer, Option<usize>) -> usize>,
}

#[derive(Debug, Default)]
struct Recorded {
    lines: Vec<String>,
    errors: Vec<String>,
    interrupts: Option<Interrupts>,
}

impl Recorder {
    /// One that does work as tasks of one thread, like a chip with one core.
    pub fn on_one_core() -> Recorder {
        Recorder { has_one_core: true, ..Recorder::default() }
    }

    /// The same with an allocator that counts.
    #[must_use]
    pub fn with_heap(self, heap: fn() -> Heap) -> Recorder {
        Recorder { heap: Some(heap), ..self }
    }

    /// The same with an allocator that [fails](Platform::fail_allocations).
    #[must_use]
    pub fn with_failing(self, fail: fn(&'static StaticBuffer, Option<usize>) -> usize) -> Recorder {
        Recorder { fail: Some(fail), ..self }
    }

    /// Program output so far, one entry for each [`Console::line`].
    pub fn lines(&self) -> Vec<String> {
        self.lock().lines.clone()
    }

    /// Failures so far.
    pub fn errors(&self) -> Vec<String> {
        self.lock().errors.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
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
        static ONE_CORE: vellum::Platform =
            vellum::Platform::ONE_CORE.with_clock(|| THREADS.now().unwrap_or_default());
        if self.has_one_core { &ONE_CORE } else { &THREADS }
    }

    fn cores(&self) -> usize {
        if self.has_one_core { 1 } else { usize::MAX }
    }

    /// By threads of the operating system, or as tasks.
    fn at_once(&self, works: Vec<Box<dyn Work>>) -> Result<(), Error> {
        if self.has_one_core {
            return tasks::run(works);
        }
        thread::scope(|scope| {
            let threads: Vec<_> =
                works.into_iter().map(|mut work| scope.spawn(move || work.run())).collect();
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

impl Platform for Recorder {
    fn heap(&self) -> Option<Heap> {
        self.heap.map(|heap| heap())
    }

    fn fail_allocations(&self, on: &'static StaticBuffer, count: Option<usize>) -> usize {
        self.fail.map_or(0, |fail| fail(on, count))
    }

    /// A thread plays the handler.
    fn start_interrupts(&self, rate: u32, handler: fn()) -> bool {
        self.lock().interrupts = Some(Interrupts::start(rate, handler));
        true
    }

    fn stop_interrupts(&self) {
        self.lock().interrupts = None;
    }
}
