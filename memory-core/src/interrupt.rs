//! A request to stop, which any context makes at any time.

use core::fmt;
use core::sync::atomic::Ordering::SeqCst;
use core::task::Waker;

use crate::platform::Platform;
use crate::sync::{AtomicBool, AtomicWaker};

/// A request to stop that any context may make of another at any time: an interrupt handler of any
/// priority, another thread, another core.
///
/// Requesting sets a flag, wakes the [registered](Self::register) waker and [signals](Platform::signal)
/// the platform. It takes no lock, never waits and allocates nothing. The flag stays until it is
/// [cleared](Self::clear).
///
/// The context that is to stop checks the flag while it works, and again before it sleeps. After a check
/// that found no request, neither [`Platform::idle`] nor a future that has registered its waker sleeps
/// through one.
///
/// ```
/// use vellum_memory::{Interrupt, Platform};
///
/// static STOP: Interrupt = Interrupt::new(&Platform::ONE_CORE);
///
/// assert!(!STOP.is_requested());
/// // In an interrupt handler:
/// STOP.request();
/// // In the work that it interrupted:
/// assert!(STOP.is_requested());
/// STOP.clear();
/// ```
pub struct Interrupt {
    requested: AtomicBool,
    waker: AtomicWaker,
    platform: &'static Platform,
}

impl Interrupt {
    const_fn! {
        /// An interrupt of work that is idle on `platform`.
        pub const fn new(platform: &'static Platform) -> Self {
            Self { requested: AtomicBool::new(false), waker: AtomicWaker::new(), platform }
        }
    }

    /// Requests to stop.
    pub fn request(&self) {
        self.requested.store(true, SeqCst);
        self.waker.wake();
        self.platform.signal();
    }

    /// Takes the request back, or marks it as done.
    pub fn clear(&self) {
        self.requested.store(false, SeqCst);
    }

    /// Whether there is a request.
    pub fn is_requested(&self) -> bool {
        self.requested.load(SeqCst)
    }

    /// Wakes `waker` at the next request, in the context that makes it. Only the last one registered is
    /// woken: register, look whether there [is a request](Self::is_requested), and only then sleep.
    pub fn register(&self, waker: &Waker) {
        self.waker.register(waker);
    }
}

impl fmt::Debug for Interrupt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interrupt")
            .field("is_requested", &self.is_requested())
            .finish_non_exhaustive()
    }
}
