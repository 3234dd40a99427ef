//! However many wakers a holder of the lock has done with, they run after the release.

#![cfg(not(loom))]

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::task::{Poll, Wake, Waker};

use vellum_memory::{
    LinearMemory, MemoryType, PAGE_SIZE, PagePool, SharedError, SharedGuard, SharedMemory, Wait,
    WaitError, WaitResult,
};

static POOL: PagePool<[u8; PAGE_SIZE]> = PagePool::new();

/// Counts how often it was woken or dropped, and how often the lock was not to be had then.
#[derive(Default)]
struct Ends {
    woken: AtomicUsize,
    dropped: AtomicUsize,
    refused: AtomicUsize,
}

struct Counting(&'static SharedMemory<LinearMemory, 2>, &'static Ends);

impl Counting {
    fn waker(memory: &'static SharedMemory<LinearMemory, 2>, ends: &'static Ends) -> Waker {
        Waker::from(Arc::new(Self(memory, ends)))
    }

    fn count(&self, ends: &AtomicUsize) {
        ends.fetch_add(1, Relaxed);
        self.1.refused.fetch_add(usize::from(self.0.try_lock().is_err()), Relaxed);
    }
}

impl Wake for Counting {
    fn wake(self: Arc<Self>) {
        self.count(&self.1.woken);
    }
}

impl Drop for Counting {
    fn drop(&mut self) {
        self.count(&self.1.dropped);
    }
}

impl Ends {
    /// How many were woken and dropped since this was asked last; the lock must have been free.
    fn take(&self) -> (usize, usize) {
        assert_eq!(self.refused.load(Relaxed), 0, "under the lock");
        (self.woken.swap(0, Relaxed), self.dropped.swap(0, Relaxed))
    }
}

#[test]
fn wakers_run_after_the_release_however_many_there_are() {
    static MEMORY: OnceLock<SharedMemory<LinearMemory, 2>> = OnceLock::new();
    static ENDS: Ends = Ends {
        woken: AtomicUsize::new(0),
        dropped: AtomicUsize::new(0),
        refused: AtomicUsize::new(0),
    };

    let memory = MEMORY.get_or_init(|| {
        SharedMemory::over(LinearMemory::new(&POOL, MemoryType::shared(1, 1)).unwrap()).unwrap()
    });
    let waker = || Counting::waker(memory, &ENDS);
    let wait = |guard: &mut SharedGuard<'_, LinearMemory, 2>| {
        let Wait::Queued(ticket) = guard.wait32(0, 0, None).unwrap() else { panic!() };
        ticket
    };
    let full = Err(WaitError::WakersFull { capacity: 2 });

    // Replaced: two, and no more under this lock.
    let mut guard = memory.lock().unwrap();
    let ticket = wait(&mut guard);
    for _ in 0..3 {
        assert_eq!(guard.poll(&ticket, 0, Some(&waker())), Ok(Poll::Pending));
    }
    assert_eq!(guard.poll(&ticket, 0, None), full);
    // Ended: both wait for the release in their places.
    let second = wait(&mut guard);
    assert_eq!(guard.poll(&second, 0, Some(&waker())), Ok(Poll::Pending));
    assert_eq!(guard.notify(0, 1), Ok(1));
    assert_eq!(guard.poll(&ticket, 0, None), Ok(Poll::Ready(WaitResult::Ok)));
    guard.cancel(second).unwrap();
    assert_eq!(guard.poll(&ticket, 0, None), Err(WaitError::UnknownTicket));
    assert_eq!(guard.cancel(ticket), Err(WaitError::UnknownTicket));
    let no_place = SharedError::Wait(WaitError::QueueFull { capacity: 2 });
    assert_eq!(guard.wait32(0, 0, None), Err(no_place));
    assert_eq!((guard.waiting(), ENDS.take()), (0, (0, 0)));
    drop(guard);
    assert_eq!(ENDS.take(), (2, 4));

    // What was refused succeeds under the next lock.
    let mut guard = memory.lock().unwrap();
    let tickets = [wait(&mut guard), wait(&mut guard)];
    for ticket in &tickets {
        assert_eq!(guard.poll(ticket, 0, Some(&waker())), Ok(Poll::Pending));
    }
    assert_eq!(guard.notify(0, 2), Ok(2));
    assert_eq!(ENDS.take(), (0, 0));
    drop(guard);
    assert_eq!(ENDS.take(), (2, 2));
}
