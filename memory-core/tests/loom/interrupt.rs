//! A request to stop and the sleep that it ends, in every order of events.

use std::task::{Wake, Waker};

use crate::common::{LOOM, model, spawn};
use loom::sync::{Arc, Condvar, Mutex};
use vellum_memory::{Context, Interrupt};

#[test]
fn no_request_is_slept_through() {
    model(None, || {
        let interrupt = Arc::new(Interrupt::new(&LOOM));
        let handler = spawn(Context::interrupt(1), {
            let interrupt = interrupt.clone();
            move || interrupt.request()
        });
        // Nothing else ends the idleness: if the request is lost, loom finds a deadlock.
        while !interrupt.is_requested() {
            LOOM.idle();
        }
        handler.join().unwrap();
    });
}

/// A task that was woken, or not yet.
struct Task(Mutex<bool>, Condvar);

impl Task {
    fn sleep(&self) {
        let mut woken = self.0.lock().unwrap();
        while !*woken {
            woken = self.1.wait(woken).unwrap();
        }
        *woken = false;
    }
}

impl Wake for Task {
    fn wake(self: std::sync::Arc<Self>) {
        *self.0.lock().unwrap() = true;
        self.1.notify_one();
    }
}

#[test]
fn no_request_is_slept_through_by_a_future() {
    model(None, || {
        let interrupt = Arc::new(Interrupt::new(&LOOM));
        let handler = spawn(Context::interrupt(1), {
            let interrupt = interrupt.clone();
            move || interrupt.request()
        });
        let task = std::sync::Arc::new(Task(Mutex::new(false), Condvar::new()));
        let waker = Waker::from(task.clone());
        loop {
            interrupt.register(&waker);
            if interrupt.is_requested() {
                break;
            }
            task.sleep();
        }
        handler.join().unwrap();
    });
}
