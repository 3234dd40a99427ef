//! The lock, in every order of events.

use crate::common::{LOOM, model, spawn, spawn_thread};
use loom::sync::Arc;
use loom::thread;
use vellum_memory::{Context, Lock, LockError, LockGuard, WouldDeadlock};

fn lock<T>(value: T) -> Arc<Lock<T>> {
    Arc::new(Lock::new(value).on(&LOOM))
}

#[test]
fn two_threads_exclude_each_other_and_see_what_the_other_did() {
    model(None, || {
        let counter = lock(0);
        let other = spawn_thread(1, {
            let counter = counter.clone();
            move || *counter.lock().unwrap() += 1
        });
        *counter.lock().unwrap() += 1;
        other.join().unwrap();
        assert_eq!(*counter.try_lock().unwrap(), 2);
        assert_eq!(counter.holder(), None);
    });
}

#[test]
fn two_threads_take_turns() {
    model(2, || {
        let counter = lock(0);
        let other = spawn_thread(1, {
            let counter = counter.clone();
            move || {
                *counter.lock().unwrap() += 1;
                *counter.lock().unwrap() += 1;
            }
        });
        *counter.lock().unwrap() += 1;
        *counter.lock().unwrap() += 1;
        other.join().unwrap();
        assert_eq!(*counter.try_lock().unwrap(), 4);
    });
}

#[test]
fn one_who_releases_and_asks_again_at_once_comes_after_the_one_who_waits() {
    model(None, || {
        let served = lock(false);
        let guard = served.lock().unwrap();
        let other = spawn_thread(1, {
            let served = served.clone();
            move || *served.lock().unwrap() = true
        });
        while !LockGuard::is_awaited(&guard) {
            thread::yield_now();
        }
        drop(guard);
        assert!(*served.lock().unwrap());
        other.join().unwrap();
    });
}

/// Counts if the lock is released within one turn, and tells whether.
fn count_impatiently(counter: &Lock<usize>) -> bool {
    match counter.lock_within(1) {
        Ok(mut guard) => {
            *guard += 1;
            true
        }
        Err(error) => {
            assert_eq!(error, LockError::WouldBlock);
            false
        }
    }
}

#[test]
fn one_whose_patience_ends_leaves_the_queue_intact() {
    model(None, || {
        let counter = lock(0);
        let other = spawn_thread(1, {
            let counter = counter.clone();
            move || count_impatiently(&counter)
        });
        *counter.lock().unwrap() += 1;
        let counted = other.join().unwrap();
        assert_eq!(*counter.try_lock().unwrap(), 1 + usize::from(counted));
    });
}

#[test]
fn a_queue_of_three_survives_those_who_leave_it() {
    model(2, || {
        let counter = lock(0);
        let others = [1, 2].map(|id| {
            let counter = counter.clone();
            spawn_thread(id, move || count_impatiently(&counter))
        });
        *counter.lock().unwrap() += 1;
        let counted = others.map(|other| usize::from(other.join().unwrap()));
        assert_eq!(*counter.try_lock().unwrap(), 1 + counted[0] + counted[1]);
    });
}

#[test]
fn a_thread_that_holds_the_lock_is_told_so_whatever_others_do() {
    model(None, || {
        let counter = lock(0);
        let other = spawn_thread(1, {
            let counter = counter.clone();
            move || *counter.lock().unwrap() += 1
        });
        let guard = counter.lock().unwrap();
        assert_eq!(counter.lock().unwrap_err(), WouldDeadlock);
        assert_eq!(counter.try_lock().unwrap_err(), LockError::WouldDeadlock);
        assert_eq!(counter.lock_within(9).unwrap_err(), LockError::WouldDeadlock);
        drop(guard);
        other.join().unwrap();
        assert_eq!(*counter.lock().unwrap(), 1);
    });
}

#[test]
fn an_interrupt_of_another_core_gets_the_lock_or_an_error_at_once() {
    model(None, || {
        let counter = lock(0);
        let interrupt = spawn(Context::interrupt(1), {
            let counter = counter.clone();
            move || match counter.lock() {
                Ok(mut guard) => {
                    *guard += 1;
                    1
                }
                Err(WouldDeadlock) => 0,
            }
        });
        *counter.lock().unwrap() += 1;
        let more = interrupt.join().unwrap();
        assert_eq!(*counter.lock().unwrap(), 1 + more);
    });
}
