//! The platform of a program with an operating system and Rust's standard library.

extern crate std;

use core::sync::atomic::{AtomicUsize, Ordering};
use core::time::Duration;
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use crate::context::Context;
use crate::platform::{Nanoseconds, Platform};

/// The longest time that a thread stays idle without looking at the clock.
const RESOLUTION: Duration = Duration::from_millis(1);

/// How many signals there were.
static SIGNALS: Mutex<u64> = Mutex::new(0);
static SIGNALLED: Condvar = Condvar::new();

std::thread_local! {
    static ID: usize = {
        static NEXT: AtomicUsize = AtomicUsize::new(1);
        NEXT.fetch_add(1, Ordering::Relaxed)
    };
    /// The signals that this thread has heard.
    static HEARD: core::cell::Cell<u64> = const { core::cell::Cell::new(0) };
}

impl Platform {
    /// The threads of an operating system, through Rust's standard library. It has a clock.
    ///
    /// ```
    /// use std::thread;
    /// use vellum_memory::{Lock, Platform};
    ///
    /// static COUNTER: Lock<u32> = Lock::new(0).on(&Platform::STD);
    ///
    /// thread::scope(|scope| {
    ///     for _ in 0..4 {
    ///         scope.spawn(|| *COUNTER.lock().unwrap() += 1);
    ///     }
    /// });
    /// assert_eq!(*COUNTER.lock()?, 4);
    /// # Ok::<(), vellum_memory::WouldDeadlock>(())
    /// ```
    pub const STD: Self = Self::new(|| Context::thread(0, ID.with(|&id| id)))
        .with_clock(nanoseconds)
        .with_relax(std::thread::yield_now)
        .with_idle(idle, signal);
}

fn nanoseconds() -> Nanoseconds {
    static START: OnceLock<Instant> = OnceLock::new();
    let elapsed = START.get_or_init(Instant::now).elapsed();
    Nanoseconds(u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX))
}

fn idle() {
    let signals = SIGNALS.lock().unwrap_or_else(PoisonError::into_inner);
    let waited =
        SIGNALLED.wait_timeout_while(signals, RESOLUTION, |&mut signals| signals == HEARD.get());
    let (signals, _) = waited.unwrap_or_else(PoisonError::into_inner);
    HEARD.set(*signals);
}

fn signal() {
    *SIGNALS.lock().unwrap_or_else(PoisonError::into_inner) += 1;
    SIGNALLED.notify_all();
}
