//! Work that several threads do at once.

use std::sync::Barrier;
use std::thread;

/// How many threads there are.
pub(crate) const THREADS: usize = 4;

/// Runs `work` on all threads at once.
pub(crate) fn together(work: impl Fn(usize) + Sync) {
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (start, work) = (&start, &work);
            scope.spawn(move || {
                start.wait();
                work(thread);
            });
        }
    });
}
