//! Requests to give way, which may come while a job waits for what it has sent outside.

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

static COUNT: AtomicUsize = AtomicUsize::new(0);

/// Adds one.
pub(crate) fn add() {
    COUNT.fetch_add(1, Relaxed);
}

/// How many there were, on any core.
pub(crate) fn count() -> usize {
    COUNT.load(Relaxed)
}
