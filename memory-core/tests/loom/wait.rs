//! Wait and notify, in every order of events.

use core::task::Poll;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Wake, Waker};

use crate::common::{memory, model, spawn, spawn_thread};
use loom::sync::Arc;
use vellum_memory::{Context, Mailbox, SharedMemory, Ticket, Wait, WaitResult};

/// Begins to wait for address 0, which holds 0.
fn queue(memory: &SharedMemory, deadline: Option<u64>) -> Ticket {
    match memory.lock().unwrap().wait32(0, 0, deadline) {
        Ok(Wait::Queued(ticket)) => ticket,
        other => panic!("{other:?}"),
    }
}

#[test]
fn no_wake_up_is_lost() {
    model(3, || {
        let memory = Arc::new(memory());
        let waiter = spawn_thread(1, {
            let memory = memory.clone();
            move || {
                memory.atomic_wait32(0, 0, None).unwrap();
                assert_eq!(memory.atomic_load::<u32>(0), Ok(1));
            }
        });
        memory.atomic_store(0, 1_u32).unwrap();
        memory.atomic_notify(0, 1).unwrap();
        waiter.join().unwrap();
    });
}

#[test]
fn what_is_posted_to_an_attached_mailbox_ends_a_wait() {
    model(None, || {
        let memory = Arc::new(memory());
        let mailbox: &'static Mailbox<2, 4> = Box::leak(Box::new(Mailbox::new()));
        memory.attach(mailbox).unwrap();
        let handler = spawn(Context::interrupt(1), || {
            mailbox.post(0, &1_u32.to_le_bytes()).unwrap();
            mailbox.notify(0, 1).unwrap();
        });
        memory.atomic_wait32(0, 0, None).unwrap();
        assert_eq!(memory.atomic_load::<u32>(0), Ok(1));
        handler.join().unwrap();
    });
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[test]
fn a_task_that_was_polled_is_woken_by_what_is_posted_to_an_attached_mailbox() {
    model(None, || {
        let memory = memory();
        let mailbox: &'static Mailbox<2, 4> = Box::leak(Box::new(Mailbox::new()));
        memory.attach(mailbox).unwrap();
        let wakes = std::sync::Arc::new(Wakes::default());
        let ticket = queue(&memory, None);
        let handler = spawn(Context::interrupt(1), || mailbox.notify(0, 1).unwrap());
        let waker = Waker::from(wakes.clone());
        let polled = memory.lock().unwrap().poll(&ticket, 0, Some(&waker)).unwrap();
        handler.join().unwrap();
        if polled.is_pending() {
            assert!(wakes.0.load(Relaxed) > 0);
            let polled = memory.lock().unwrap().poll(&ticket, 0, None);
            assert_eq!(polled, Ok(Poll::Ready(WaitResult::Ok)));
        }
    });
}

#[test]
fn two_notifications_wake_two_waits_or_the_only_one_once() {
    for waits in [1, 2] {
        model(None, move || {
            let memory = Arc::new(memory());
            let tickets: Vec<_> = (0..waits).map(|_| queue(&memory, None)).collect();
            let other = spawn_thread(1, {
                let memory = memory.clone();
                move || memory.atomic_notify(0, 1).unwrap()
            });
            let mine = memory.atomic_notify(0, 1).unwrap();
            assert_eq!(mine + other.join().unwrap(), waits);
            let mut guard = memory.lock().unwrap();
            assert_eq!(guard.waiting(), 0);
            for ticket in &tickets {
                assert_eq!(guard.poll(ticket, 0, None), Ok(Poll::Ready(WaitResult::Ok)));
            }
        });
    }
}

#[test]
fn a_wait_whose_time_is_up_was_notified_or_timed_out_never_both() {
    model(3, || {
        let memory = Arc::new(memory());
        let notifier = spawn_thread(1, {
            let memory = memory.clone();
            move || memory.atomic_notify(0, 1).unwrap()
        });
        let ticket = queue(&memory, Some(5));
        let end = memory.lock().unwrap().poll(&ticket, 5, None).unwrap();
        match notifier.join().unwrap() {
            0 => assert_eq!(end, Poll::Ready(WaitResult::TimedOut)),
            _ => assert_eq!(end, Poll::Ready(WaitResult::Ok)),
        }
    });
}

#[test]
fn the_notification_of_a_cancelled_wait_goes_to_the_next() {
    model(2, || {
        let memory = Arc::new(memory());
        let (first, second) = (queue(&memory, None), queue(&memory, None));
        let canceller = spawn_thread(1, {
            let memory = memory.clone();
            move || memory.lock().unwrap().cancel(first).unwrap()
        });
        assert_eq!(memory.atomic_notify(0, 1), Ok(1));
        canceller.join().unwrap();
        let end = memory.lock().unwrap().poll(&second, 0, None).unwrap();
        assert_eq!(end, Poll::Ready(WaitResult::Ok));
    });
}
