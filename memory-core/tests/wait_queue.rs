//! Waits against a model, and what wakers and shared memories add to them.

#![cfg(not(loom))]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Poll, Wake, Waker};

use proptest::collection::vec;
use proptest::prelude::*;
use vellum_memory::{
    AccessError, Attachment, Context, MemoryError, MemoryType, PAGE_SIZE, PagePool, Platform,
    SharedError, SharedMemory, Ticket, TypeError, Wait, WaitError, WaitResult, WaitSet,
};

const PLACES: usize = 4;

type Waits = WaitSet<u8, [((), Attachment); 0], PLACES>;

#[derive(Clone, Copy, Debug)]
enum Step {
    Wait { key: u8, deadline: Option<u64> },
    Notify { key: u8, count: u32 },
    Poll { which: usize, later: u64 },
    Cancel { which: usize },
}

fn steps() -> impl Strategy<Value = Step> {
    let deadline = prop::option::of(0_u64..60);
    let count = prop_oneof![0_u32..4, Just(u32::MAX)];
    prop_oneof![
        3 => (0_u8..3, deadline).prop_map(|(key, deadline)| Step::Wait { key, deadline }),
        2 => (0_u8..3, count).prop_map(|(key, count)| Step::Notify { key, count }),
        3 => (0..PLACES, 0_u64..4).prop_map(|(which, later)| Step::Poll { which, later }),
        1 => (0..PLACES).prop_map(|which| Step::Cancel { which }),
    ]
}

/// A wait of the model, with the number of its beginning.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    key: u8,
    deadline: Option<u64>,
    notified: bool,
}

fn notify(model: &mut [(Ticket, Waiting)], key: u8, count: u32) -> u32 {
    let mut woken = 0;
    for (_, wait) in model {
        if wait.key == key && !wait.notified && woken < count {
            wait.notified = true;
            woken += 1;
        }
    }
    woken
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: if cfg!(miri) { 4 } else { 2000 },
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn waits_do_what_their_model_does(steps in vec(steps(), 0..60)) {
        let mut waits = Waits::new([]);
        let mut model = Vec::<(Ticket, Waiting)>::new();
        let mut now = 0;
        for step in steps {
            match step {
                Step::Wait { key, deadline } => match waits.wait(key, deadline) {
                    Ok(ticket) => {
                        model.push((ticket, Waiting { key, deadline, notified: false }));
                    }
                    Err(error) => {
                        prop_assert_eq!(error, WaitError::QueueFull { capacity: PLACES });
                        prop_assert_eq!(model.len(), PLACES);
                    }
                },
                Step::Notify { key, count } => {
                    prop_assert_eq!(waits.notify(&key, count), notify(&mut model, key, count));
                }
                Step::Poll { which, later } => {
                    now += later;
                    let Some((ticket, wait)) = model.get(which) else { continue };
                    let is_late = wait.deadline.is_some_and(|deadline| now >= deadline);
                    let expected = match (wait.notified, is_late) {
                        (true, _) => Poll::Ready(WaitResult::Ok),
                        (false, true) => Poll::Ready(WaitResult::TimedOut),
                        (false, false) => Poll::Pending,
                    };
                    prop_assert_eq!(waits.poll(ticket, now, None), Ok(expected));
                    if expected.is_ready() {
                        let (ticket, _) = model.remove(which);
                        prop_assert_eq!(
                            waits.poll(&ticket, now, None),
                            Err(WaitError::UnknownTicket)
                        );
                        prop_assert_eq!(waits.cancel(ticket), Err(WaitError::UnknownTicket));
                    }
                }
                Step::Cancel { which } if which < model.len() => {
                    let (ticket, wait) = model.remove(which);
                    let is_passed_on = wait.notified && notify(&mut model, wait.key, 1) > 0;
                    prop_assert_eq!(waits.cancel(ticket), Ok(is_passed_on));
                }
                Step::Cancel { .. } => {}
            }
            let waiting = || model.iter().filter(|(_, wait)| !wait.notified);
            prop_assert_eq!(waits.waiting(), waiting().count());
            prop_assert_eq!(
                waits.next_deadline(),
                waiting().filter_map(|(_, wait)| wait.deadline).min()
            );
        }
    }
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

static POOL: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();

fn memory() -> SharedMemory {
    SharedMemory::new(&POOL, MemoryType::new(1, Some(1))).unwrap().on(&Platform::STD)
}

#[test]
fn the_last_waker_is_woken_once_and_only_by_a_notification() {
    let memory = memory();
    let wakes = [(); 2].map(|()| Arc::new(Wakes::default()));
    let wakers = wakes.clone().map(Waker::from);
    let counts = || [&wakes[0], &wakes[1]].map(|wakes| wakes.0.load(Relaxed));
    let wait = || {
        let Ok(Wait::Queued(ticket)) = memory.lock().unwrap().wait32(8, 0, Some(10)) else {
            panic!()
        };
        ticket
    };
    let poll = |ticket: &Ticket, now, waker: Option<&Waker>| {
        memory.lock().unwrap().poll(ticket, now, waker)
    };

    let ticket = wait();
    for waker in &wakers {
        assert_eq!(poll(&ticket, 0, Some(waker)), Ok(Poll::Pending));
    }
    memory.atomic_notify(4, 1).unwrap();
    memory.atomic_notify(8, 0).unwrap();
    assert_eq!(counts(), [0, 0]);
    memory.atomic_notify(8, 1).unwrap();
    memory.atomic_notify(8, 1).unwrap();
    assert_eq!(counts(), [0, 1]);
    assert_eq!(poll(&ticket, 10, None), Ok(Poll::Ready(WaitResult::Ok)));

    let ticket = wait();
    assert_eq!(poll(&ticket, 0, Some(&wakers[0])), Ok(Poll::Pending));
    assert_eq!(poll(&ticket, 0, None), Ok(Poll::Pending));
    memory.atomic_notify(8, 1).unwrap();
    assert_eq!(counts(), [0, 1], "it was taken back");
    drop(wakers);
    assert_eq!(Arc::strong_count(&wakes[0]), 1, "no waker is kept");
}

#[test]
fn waits_and_notifications_check_their_address() {
    let memory = memory();
    let misaligned = |offset, align| SharedError::Access(AccessError::Misaligned { offset, align });
    let outside = |offset, len| {
        SharedError::Access(AccessError::OutOfBounds { offset, len, size: PAGE_SIZE })
    };
    assert_eq!(memory.atomic_wait32(2, 0, None), Err(misaligned(2, 4)));
    assert_eq!(memory.atomic_wait64(4, 0, None), Err(misaligned(4, 8)));
    assert_eq!(memory.atomic_notify(1, 0), Err(misaligned(1, 4)));
    assert_eq!(memory.atomic_wait32(PAGE_SIZE, 0, None), Err(outside(PAGE_SIZE, 4)));
    assert_eq!(memory.atomic_wait64(PAGE_SIZE, 0, None), Err(outside(PAGE_SIZE, 8)));
    assert_eq!(memory.atomic_notify(PAGE_SIZE, 0), Err(outside(PAGE_SIZE, 4)));
    assert_eq!(memory.atomic_wait32(usize::MAX - 3, 0, None), Err(outside(usize::MAX - 3, 4)));
    assert_eq!(memory.atomic_notify(PAGE_SIZE - 4, 1), Ok(0));
    memory.atomic_store(8, 1_u64 << 32).unwrap();
    assert_eq!(memory.atomic_wait64(8, 0, Some(0)), Ok(WaitResult::Mismatch));
    assert_eq!(memory.atomic_wait32(8, 0, Some(0)), Ok(WaitResult::TimedOut));
    assert_eq!(memory.atomic_wait64(8, 1 << 32, Some(0)), Ok(WaitResult::TimedOut));
    assert_eq!(memory.lock().unwrap().waiting(), 0);
}

#[test]
fn a_queue_without_a_place_is_an_error_and_changes_nothing() {
    let memory = SharedMemory::<_, 2>::over(memory().into_inner()).unwrap();
    let mut guard = memory.lock().unwrap();
    let full = SharedError::Wait(WaitError::QueueFull { capacity: 2 });
    let Ok(Wait::Queued(first)) = guard.wait32(0, 0, None) else { panic!() };
    let Ok(Wait::Queued(_second)) = guard.wait64(0, 0, Some(3)) else { panic!() };
    assert_eq!(guard.wait32(0, 0, None), Err(full));
    assert_eq!(guard.wait32(0, 1, None), Ok(Wait::NotEqual));
    assert_eq!(guard.next_deadline(), Some(3));
    guard.cancel(first).unwrap();
    assert!(guard.wait32(0, 0, None).is_ok());
    assert_eq!(guard.notify(0, 9), Ok(2));
}

#[test]
fn who_may_not_block_is_told_so() {
    static INTERRUPT: Platform = Platform::new(|| Context::interrupt(0));
    let interrupt = memory().on(&INTERRUPT);
    assert_eq!(interrupt.atomic_wait32(0, 0, None), Err(SharedError::WouldDeadlock));
    let guard = interrupt.lock().unwrap();
    assert_eq!(interrupt.atomic_load::<u8>(0), Err(SharedError::WouldDeadlock));
    drop(guard);

    let without_clock = memory().on(&Platform::ONE_CORE);
    assert_eq!(without_clock.atomic_wait32(0, 0, Some(1)), Err(SharedError::NoClock));
    assert_eq!(without_clock.atomic_wait32(0, 1, None), Ok(WaitResult::Mismatch));
}

#[test]
fn a_shared_memory_has_a_maximum_and_32_bit_addresses_and_says_that_it_is_shared() {
    let error = |ty| SharedMemory::new(&POOL, ty).unwrap_err();
    let refused = MemoryError::Type;
    assert_eq!(error(MemoryType::new(1, None)), refused(TypeError::SharedWithoutMaximum));
    assert_eq!(error(MemoryType::new64(1, Some(1))), refused(TypeError::SharedWith64BitAddresses));
    assert!(matches!(error(MemoryType::new(2, Some(1))), MemoryError::Type(_)));
    assert!(matches!(error(MemoryType::new(1, Some(9))), MemoryError::OutOfPages(_)));
    let memory = SharedMemory::new(&POOL, MemoryType::new(0, Some(2))).unwrap();
    assert_eq!(memory.ty(), MemoryType::shared(0, 2));
    assert_eq!((memory.size(), memory.data_len(), memory.page_size()), (0, 0, 65_536));
    assert_eq!(memory.grow(2), Ok(0));
    assert_eq!((memory.size(), memory.data_len()), (2, 2 * PAGE_SIZE));
    let past = MemoryError::PastMaximum { size: 2, delta: 1, maximum: 2 };
    assert_eq!(memory.grow(1), Err(SharedError::Memory(past)));
    assert_eq!(memory.with(|guard| guard.size()), Ok(2));
}
