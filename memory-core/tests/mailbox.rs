//! What is posted is applied, in order, or refused.

#![cfg(not(loom))]

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Poll, Wake, Waker};

use proptest::collection::vec;
use proptest::prelude::*;
use vellum_memory::{
    AccessError, Drained, Mailbox, MemoryAccess, MemoryType, PAGE_SIZE, PagePool, Platform,
    PostError, Recipient, SharedError, SharedMemory, Wait, WaitResult,
};

static POOL: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();

fn memory() -> SharedMemory {
    SharedMemory::new(&POOL, MemoryType::new(1, Some(1))).unwrap()
}

#[test]
fn writes_and_notifications_are_applied_in_order() {
    static MAILBOX: Mailbox<4, 8> = Mailbox::new();

    let memory = memory();
    let mut guard = memory.lock().unwrap();
    let Ok(Wait::Queued(ticket)) = guard.wait32(64, 0, None) else { panic!() };
    MAILBOX.post(64, &[1; 8]).unwrap();
    MAILBOX.post(66, &[2]).unwrap();
    MAILBOX.notify(64, 5).unwrap();
    MAILBOX.post(0, &[]).unwrap();
    assert_eq!(MAILBOX.post(0, &[9]), Err(PostError::Full { capacity: 4 }));
    assert_eq!(MAILBOX.notify(64, 1), Err(PostError::Full { capacity: 4 }));
    assert_eq!((MAILBOX.refused(), MAILBOX.is_empty()), (2, false));

    let drained = MAILBOX.drain_into(&mut guard);
    assert_eq!(drained, Drained { applied: 4, woken: 1, ..Drained::default() });
    assert_eq!(guard.slice(64..72), Ok(&[1, 1, 2, 1, 1, 1, 1, 1][..]));
    assert_eq!(guard.poll(&ticket, 0, None), Ok(Poll::Ready(WaitResult::Ok)));
    assert!(MAILBOX.is_empty());
    assert_eq!(MAILBOX.drain_into(&mut guard), Drained::default());
}

#[test]
fn messages_that_cannot_be_applied_are_counted_and_hold_up_nothing() {
    static MAILBOX: Mailbox<8, 4> = Mailbox::new();

    let memory = memory();
    let mut guard = memory.lock().unwrap();
    assert_eq!(MAILBOX.post(0, &[0; 5]), Err(PostError::TooLong { len: 5, capacity: 4 }));
    assert!(MAILBOX.is_empty());
    MAILBOX.post(PAGE_SIZE - 3, &[7; 4]).unwrap();
    MAILBOX.post(usize::MAX, &[7]).unwrap();
    MAILBOX.notify(2, 1).unwrap();
    MAILBOX.notify(PAGE_SIZE, 1).unwrap();
    MAILBOX.post(PAGE_SIZE - 4, &[7; 4]).unwrap();
    let error = AccessError::OutOfBounds { offset: PAGE_SIZE - 3, len: 4, size: PAGE_SIZE };
    let expected = Drained { applied: 1, woken: 0, rejected: 4, error: Some(error) };
    assert_eq!(MAILBOX.drain_into(&mut guard), expected);
    assert_eq!(guard.slice(PAGE_SIZE - 5..PAGE_SIZE), Ok(&[0, 7, 7, 7, 7][..]));
}

/// Posts once more whenever something is delivered.
struct Echo<'a>(&'a Mailbox<3>, usize);

impl Recipient for Echo<'_> {
    fn deliver(&mut self, offset: usize, bytes: &[u8]) -> Result<(), AccessError> {
        assert_eq!(self.0.drain_into(self), Drained::default(), "one drains at a time");
        self.1 += 1;
        self.0.post(offset + 1, bytes).unwrap();
        Ok(())
    }

    fn deliver_notification(&mut self, _: usize, _: u32) -> Result<u32, AccessError> {
        unreachable!()
    }
}

#[test]
fn draining_ends_however_fast_others_post() {
    let mailbox = Mailbox::<3>::new();
    mailbox.post(0, &[1]).unwrap();
    let mut echo = Echo(&mailbox, 0);
    assert_eq!(mailbox.drain_into(&mut echo).applied, 3);
    assert_eq!(echo.1, 3);
    assert!(!mailbox.is_empty());
}

struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[test]
fn a_post_wakes_the_one_who_registered() {
    let mailbox = Mailbox::<1, 1>::new();
    let wakes = Arc::new(Wakes(AtomicUsize::new(0)));
    mailbox.register(&Waker::from(wakes.clone()));
    mailbox.post(0, &[1, 2]).unwrap_err();
    assert_eq!(wakes.0.load(Relaxed), 0);
    mailbox.post(0, &[1]).unwrap();
    mailbox.post(0, &[1]).unwrap_err();
    assert_eq!(wakes.0.load(Relaxed), 1);
}

#[test]
fn the_memory_empties_its_mailbox() {
    static MAILBOX: Mailbox<4, 8> = Mailbox::new();

    let memory = memory();
    MAILBOX.post(8, &[1]).unwrap();
    memory.attach(&MAILBOX).unwrap();
    assert!(MAILBOX.is_empty());
    let mut guard = memory.lock().unwrap();
    assert_eq!(guard.slice(8..9), Ok(&[1][..]));
    let Ok(Wait::Queued(ticket)) = guard.wait32(64, 0, None) else { panic!() };
    // What comes while the memory is locked is applied when it is released, and not before.
    MAILBOX.post(8, &[2]).unwrap();
    MAILBOX.post(8, &[3]).unwrap();
    MAILBOX.notify(64, 1).unwrap();
    MAILBOX.post(PAGE_SIZE, &[4]).unwrap();
    assert_eq!(guard.slice(8..9), Ok(&[1][..]));
    drop(guard);
    assert_eq!((MAILBOX.is_empty(), MAILBOX.rejected()), (true, 1));
    // What is posted while nothing holds the memory is applied by the next holder.
    MAILBOX.post(9, &[5]).unwrap();
    let mut guard = memory.try_lock().unwrap();
    assert_eq!(guard.slice(8..10), Ok(&[3, 5][..]));
    assert_eq!(guard.poll(&ticket, 0, None), Ok(Poll::Ready(WaitResult::Ok)));
}

#[test]
fn a_mailbox_has_one_memory_at_a_time() {
    static MAILBOX: Mailbox<4> = Mailbox::new();
    static OTHER: Mailbox<4> = Mailbox::new();

    let (first, second) = (memory(), memory());
    first.attach(&MAILBOX).unwrap();
    assert_eq!(second.attach(&MAILBOX), Err(SharedError::AlreadyAttached));
    assert_eq!(first.attach(&OTHER), Err(SharedError::AlreadyAttached));
    second.attach(&OTHER).unwrap();
    drop(first);
    MAILBOX.post(0, &[1]).unwrap();
    let third = memory();
    third.attach(&MAILBOX).unwrap();
    assert_eq!(third.atomic_load(0), Ok(1_u8));
}

#[test]
fn posts_to_an_attached_mailbox_rouse_the_idle() {
    static SIGNALS: AtomicUsize = AtomicUsize::new(0);
    static PLATFORM: Platform = Platform::ONE_CORE.with_idle(
        || {},
        || {
            SIGNALS.fetch_add(1, Relaxed);
        },
    );
    static MAILBOX: Mailbox<1> = Mailbox::new();

    MAILBOX.post(0, &[1]).unwrap();
    assert_eq!(SIGNALS.load(Relaxed), 0);
    let memory = memory().on(&PLATFORM);
    memory.attach(&MAILBOX).unwrap();
    MAILBOX.notify(0, 1).unwrap();
    assert_eq!(SIGNALS.load(Relaxed), 1);
    MAILBOX.notify(0, 1).unwrap_err();
    assert_eq!(SIGNALS.load(Relaxed), 1);
    drop(memory);
    assert!(!MAILBOX.is_empty());
}

#[derive(Clone, Debug)]
enum Step {
    Post(usize, Vec<u8>),
    Notify(usize, u32),
    Drain,
}

fn steps() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (any::<usize>(), vec(any::<u8>(), 0..8)).prop_map(|(at, bytes)| Step::Post(at, bytes)),
        2 => (any::<usize>(), any::<u32>()).prop_map(|(at, count)| Step::Notify(at, count)),
        1 => Just(Step::Drain),
    ]
}

/// Compares what is delivered with what is expected next.
struct Expecting<'a>(&'a mut VecDeque<Step>);

impl Recipient for Expecting<'_> {
    fn deliver(&mut self, offset: usize, bytes: &[u8]) -> Result<(), AccessError> {
        match self.0.pop_front() {
            Some(Step::Post(at, expected)) if at == offset && expected == bytes => Ok(()),
            other => panic!("{other:?}"),
        }
    }

    fn deliver_notification(&mut self, address: usize, count: u32) -> Result<u32, AccessError> {
        match self.0.pop_front() {
            Some(Step::Notify(at, expected)) if at == address && expected == count => Ok(0),
            other => panic!("{other:?}"),
        }
    }
}

const STEPS: usize = if cfg!(miri) { 20 } else { 100 };

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 3 } else { 500 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_mailbox_does_what_a_bounded_queue_does(steps in vec(steps(), 0..STEPS)) {
        let mailbox = Mailbox::<5, 6>::new();
        let mut queue = VecDeque::new();
        for step in steps {
            let posted = match &step {
                Step::Post(at, bytes) => mailbox.post(*at, bytes),
                Step::Notify(at, count) => mailbox.notify(*at, *count),
                Step::Drain => {
                    mailbox.drain_into(&mut Expecting(&mut queue));
                    prop_assert!(queue.is_empty());
                    continue;
                }
            };
            match &step {
                Step::Post(_, bytes) if bytes.len() > 6 => {
                    prop_assert_eq!(posted, Err(PostError::TooLong { len: bytes.len(), capacity: 6 }));
                }
                _ if queue.len() == 5 => {
                    prop_assert_eq!(posted, Err(PostError::Full { capacity: 5 }));
                }
                _ => {
                    prop_assert_eq!(posted, Ok(()));
                    queue.push_back(step);
                }
            }
        }
    }
}
