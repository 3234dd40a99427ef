//! The monitor, in every order of events: what is left to its holder, and who is woken.

use core::task::Poll;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::task::{Wake, Waker};

use crate::common::{LOOM, model, spawn_thread};
use loom::sync::Arc;
use vellum_memory::{
    AccessError, Attachment, LockError, Monitor, Monitored, Recipient, WaitResult, WaitSet,
};

/// Counts what is left, and notifies all waits of it.
struct Counts {
    left: usize,
    waits: WaitSet<(), Mailboxes>,
}

type Mailboxes = Vec<((), Attachment)>;

impl Recipient for &mut Counts {
    fn deliver(&mut self, _: usize, _: &[u8]) -> Result<(), AccessError> {
        Ok(())
    }

    fn deliver_notification(&mut self, _: usize, count: u32) -> Result<u32, AccessError> {
        Ok(self.waits.notify(&(), count))
    }
}

impl Monitored for Counts {
    type Key = ();
    type Place = ();
    type Mailboxes = Mailboxes;
    type Deferred = usize;

    fn wait_set(&self) -> Option<&WaitSet<(), Mailboxes>> {
        Some(&self.waits)
    }

    fn wait_set_mut(&mut self) -> Option<&mut WaitSet<(), Mailboxes>> {
        Some(&mut self.waits)
    }

    fn recipient(&mut self, (): ()) -> impl Recipient {
        self
    }

    fn run_deferred(&mut self, more: usize) {
        self.left += more;
        self.waits.notify(&(), u32::MAX);
    }
}

type Shared = Arc<Monitor<Counts>>;

fn monitor() -> Shared {
    let counts = Counts { left: 0, waits: WaitSet::new(Vec::new()) };
    Arc::new(Monitor::new(counts).on(&LOOM))
}

/// Leaves one, and does it if the lock can be had at once.
fn leave(monitor: &Monitor<Counts>) {
    monitor.defer(|left| *left += 1);
    drop(monitor.try_lock());
}

#[test]
fn what_is_left_is_done_by_the_holder_or_by_who_left_it() {
    model(None, || {
        let monitor = monitor();
        let other = spawn_thread(1, {
            let monitor = monitor.clone();
            move || leave(&monitor)
        });
        drop(monitor.lock().unwrap());
        other.join().unwrap();
        let counts = Arc::try_unwrap(monitor).ok().unwrap().into_inner();
        assert_eq!(counts.left, 1, "the lock is not taken any more");
    });
}

#[test]
fn what_two_leave_is_done_once_each() {
    model(2, || {
        let monitor = monitor();
        let others = [1, 2].map(|id| {
            let monitor = monitor.clone();
            spawn_thread(id, move || leave(&monitor))
        });
        drop(monitor.lock().unwrap());
        for other in others {
            other.join().unwrap();
        }
        let counts = Arc::try_unwrap(monitor).ok().unwrap().into_inner();
        assert_eq!(counts.left, 2);
    });
}

/// Asks for the lock of a monitor when it is woken.
struct Asking {
    monitor: Shared,
    wakes: AtomicUsize,
    was_refused: AtomicBool,
}

impl Wake for Asking {
    fn wake(self: std::sync::Arc<Self>) {
        let is_held_by_this = matches!(self.monitor.try_lock(), Err(LockError::WouldDeadlock));
        self.was_refused.fetch_or(is_held_by_this, Relaxed);
        self.wakes.fetch_add(1, Relaxed);
    }
}

/// A waker that asks for the lock, and what tells about it.
fn asking(monitor: &Shared) -> (std::sync::Arc<Asking>, Waker) {
    let (wakes, was_refused) = (AtomicUsize::new(0), AtomicBool::new(false));
    let asking = std::sync::Arc::new(Asking { monitor: monitor.clone(), wakes, was_refused });
    let waker = Waker::from(asking.clone());
    (asking, waker)
}

#[test]
fn a_waker_is_woken_when_its_waker_has_released_the_lock() {
    model(3, || {
        let monitor = monitor();
        let (asking, waker) = asking(&monitor);
        let ticket = monitor.lock().unwrap().waits.wait((), None).unwrap();
        let other = spawn_thread(1, {
            let monitor = monitor.clone();
            move || leave(&monitor)
        });
        let polled = monitor.lock().unwrap().waits.poll(&ticket, 0, Some(&waker)).unwrap();
        other.join().unwrap();
        let wakes = asking.wakes.load(Relaxed);
        assert_eq!(wakes, usize::from(polled.is_pending()));
        assert!(!asking.was_refused.load(Relaxed));
        if polled.is_pending() {
            let polled = monitor.lock().unwrap().waits.poll(&ticket, 0, None);
            assert_eq!(polled, Ok(Poll::Ready(WaitResult::Ok)));
        }
    });
}
