//! Waits on a platform that nothing but a signal rouses: one that is lost is waited for for ever.

#![cfg(not(loom))]

use std::cell::Cell;
use std::panic;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use vellum_memory::{Mailbox, MemoryType, PAGE_SIZE, PagePool, Platform, SharedMemory};

const ROUNDS: u32 = if cfg!(miri) { 10 } else { 2_000 };

/// Held by the test that runs: the signals of another one would rouse its threads too.
static ALONE: Mutex<()> = Mutex::new(());

/// How many signals there were.
static SIGNALS: Mutex<u64> = Mutex::new(0);
static SIGNALLED: Condvar = Condvar::new();

thread_local! {
    /// The signals that this thread has heard.
    static HEARD: Cell<u64> = const { Cell::new(0) };
}

static SLEEPER: Platform =
    Platform::new(|| Platform::STD.context()).with_relax(thread::yield_now).with_idle(
        || {
            let signals = SIGNALS.lock().unwrap();
            let signals = SIGNALLED.wait_while(signals, |signals| *signals == HEARD.get()).unwrap();
            HEARD.set(*signals);
        },
        || {
            *SIGNALS.lock().unwrap() += 1;
            SIGNALLED.notify_all();
        },
    );

static POOL: PagePool<[u8; 2 * PAGE_SIZE]> = PagePool::new();

fn memory() -> SharedMemory {
    SharedMemory::new(&POOL, MemoryType::new(1, Some(1))).unwrap().on(&SLEEPER)
}

/// Joins the threads, unless one of them sleeps on.
fn all_end<const N: usize>(threads: [JoinHandle<()>; N]) {
    let (sender, ends) = mpsc::channel();
    thread::spawn(move || {
        for thread in threads {
            sender.send(thread.join()).unwrap();
        }
    });
    for _ in 0..N {
        match ends.recv_timeout(Duration::from_secs(60)) {
            Ok(Ok(())) => {}
            Ok(Err(payload)) => panic::resume_unwind(payload),
            Err(RecvTimeoutError::Timeout) => panic!("a thread sleeps on: a signal was lost"),
            Err(RecvTimeoutError::Disconnected) => unreachable!(),
        }
    }
}

/// Waits until address 0 holds `value`.
fn await_value(memory: &SharedMemory, value: u32) {
    loop {
        let found = memory.atomic_load(0).unwrap();
        if found == value {
            return;
        }
        memory.atomic_wait32(0, found, None).unwrap();
    }
}

#[test]
fn two_play_ping_pong_and_sleep_meanwhile() {
    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let memory = Arc::new(memory());
    all_end([0, 1].map(|side| {
        let memory = memory.clone();
        thread::spawn(move || {
            for turn in (side..2 * ROUNDS).step_by(2) {
                await_value(&memory, turn);
                memory.atomic_store(0, turn + 1).unwrap();
                memory.atomic_notify(0, 1).unwrap();
            }
        })
    }));
    assert_eq!(memory.atomic_load(0), Ok(2 * ROUNDS));
}

#[test]
fn one_sleeps_until_the_other_posts() {
    static MAILBOX: Mailbox<4> = Mailbox::new();

    let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
    let memory = Arc::new(memory());
    memory.attach(&MAILBOX).unwrap();
    let (sender, receiver) = mpsc::channel();
    let poster = thread::spawn(move || {
        for round in receiver {
            MAILBOX.post(0, &u32::to_le_bytes(round)).unwrap();
            MAILBOX.notify(0, 1).unwrap();
        }
    });
    let waiter = thread::spawn(move || {
        for round in 1..=ROUNDS {
            sender.send(round).unwrap();
            await_value(&memory, round);
        }
    });
    all_end([waiter, poster]);
}
