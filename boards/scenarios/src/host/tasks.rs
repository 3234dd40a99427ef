//! Work as tasks of one thread.

use std::{
    boxed::Box,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::AcqRel, Ordering::Release},
    },
    task::{Context, Poll, Wake, Waker},
    thread,
    vec::Vec,
};

use vellum::Error;

use crate::Work;

/// Whether a task has been woken.
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Release);
    }
}

/// Polls tasks in turn, those that were woken, until all are done.
pub(super) fn run(mut works: Vec<Box<dyn Work>>) -> Result<(), Error> {
    let woken = || Arc::new(Woken(AtomicBool::new(true)));
    let mut tasks: Vec<_> = works.iter_mut().map(|work| (work.task(), woken())).collect();
    let mut result = Ok(());
    while !tasks.is_empty() {
        let mut has_run = false;
        tasks.retain_mut(|(task, woken)| {
            if !woken.0.swap(false, AcqRel) {
                return true;
            }
            has_run = true;
            let waker = Waker::from(Arc::clone(woken));
            match task.as_mut().poll(&mut Context::from_waker(&waker)) {
                Poll::Pending => true,
                Poll::Ready(ended) => {
                    if result.is_ok() {
                        result = ended;
                    }
                    false
                }
            }
        });
        if !has_run {
            thread::yield_now();
        }
    }
    result
}
