//! A thread that plays the handler of an interrupt.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

/// Interrupts until dropped.
#[derive(Debug)]
pub(super) struct Interrupts {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Interrupts {
    /// Calls `handler` this many times a second, or as often as the operating system allows.
    pub(super) fn start(rate: u32, handler: fn()) -> Interrupts {
        let is_over = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&is_over);
        let period = Duration::from_secs(1) / rate;
        let thread = thread::spawn(move || {
            let mut next = Instant::now();
            while !told.load(Relaxed) {
                handler();
                next = (next + period).max(Instant::now());
                thread::sleep(next.saturating_duration_since(Instant::now()));
            }
        });
        Interrupts { is_over, thread: Some(thread) }
    }
}

impl Drop for Interrupts {
    fn drop(&mut self) {
        self.is_over.store(true, Relaxed);
        // A handler that panicked has printed why, and what it did not do is missed.
        let _ = self.thread.take().map(JoinHandle::join);
    }
}
