//! Wakers of waits: what wakes them, and that the memory is free when it does.

#![cfg(not(loom))]

use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, OnceLock};
use std::task::{Poll, Wake, Waker};

use vellum_memory::{
    Backing, LinearMemory, Mailbox, MemoryAccess, MemoryError, MemoryType, PAGE_SIZE, PagePool,
    Platform, SharedMemory, Ticket, Wait, WaitResult,
};

static POOL: PagePool<[u8; 12 * PAGE_SIZE]> = PagePool::new();

fn memory() -> SharedMemory {
    SharedMemory::new(&POOL, MemoryType::new(1, Some(1))).unwrap()
}

/// A task that waits for address 0, which holds 0, until the time is 5, and is polled at time 0 by
/// the test.
struct Task {
    ticket: Option<Ticket>,
    wakes: Arc<Wakes>,
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

impl Task {
    fn waiting(memory: &SharedMemory) -> Self {
        let wait = memory.lock().unwrap().wait32(0, 0, Some(5));
        let Ok(Wait::Queued(ticket)) = wait else { panic!("{wait:?}") };
        Self { ticket: Some(ticket), wakes: Arc::default() }
    }

    fn poll(&self, memory: &SharedMemory) -> Poll<WaitResult> {
        let waker = Waker::from(self.wakes.clone());
        let ticket = self.ticket.as_ref().unwrap();
        memory.lock().unwrap().poll(ticket, 0, Some(&waker)).unwrap()
    }

    /// Polls as often as the task was woken, as an executor does.
    fn run(&self, memory: &SharedMemory) -> Poll<WaitResult> {
        while self.wakes.0.swap(0, Relaxed) > 0 {
            let poll = self.poll(memory);
            if poll.is_ready() {
                return poll;
            }
        }
        Poll::Pending
    }
}

const NOTIFIED: Poll<WaitResult> = Poll::Ready(WaitResult::Ok);

#[test]
fn a_post_wakes_the_task_that_waits() {
    static MAILBOX: Mailbox<4> = Mailbox::new();

    let memory = memory();
    memory.attach(&MAILBOX).unwrap();
    let task = Task::waiting(&memory);
    assert_eq!(task.poll(&memory), Poll::Pending);
    // One that is of no use, and one that is.
    MAILBOX.post(8, &[1]).unwrap();
    assert_eq!(task.run(&memory), Poll::Pending);
    MAILBOX.notify(0, 1).unwrap();
    assert_eq!(task.run(&memory), NOTIFIED);
    assert_eq!(Arc::strong_count(&task.wakes), 1, "no waker is kept");
}

/// Three tasks wait, and then the last one who has lent its waker stops to wait by `end`.
fn the_others_are_woken_when(mailbox: &'static Mailbox<4>, end: fn(&SharedMemory, Task)) {
    let memory = memory();
    memory.attach(mailbox).unwrap();
    let tasks = [(); 2].map(|()| Task::waiting(&memory));
    let last = Task::waiting(&memory);
    for task in tasks.iter().chain([&last]) {
        assert_eq!(task.poll(&memory), Poll::Pending);
    }
    let wakes = last.wakes.clone();
    end(&memory, last);
    assert_eq!(Arc::strong_count(&wakes), 1, "its waker is not kept");
    assert_eq!(tasks.each_ref().map(|task| task.run(&memory)), [Poll::Pending; 2]);
    mailbox.notify(0, u32::MAX).unwrap();
    // One is woken by the post, and wakes the other by the message.
    let mut ends = [Poll::Pending; 2];
    while ends != [NOTIFIED; 2] {
        assert!(tasks.iter().any(|task| task.wakes.0.load(Relaxed) > 0), "{ends:?}");
        for (task, end) in tasks.iter().zip(&mut ends).filter(|(_, end)| end.is_pending()) {
            *end = task.run(&memory);
        }
    }
}

#[test]
fn another_task_is_woken_by_a_post_when_the_last_one_has_given_up() {
    static MAILBOX: Mailbox<4> = Mailbox::new();

    the_others_are_woken_when(&MAILBOX, |memory, mut task| {
        memory.lock().unwrap().cancel(task.ticket.take().unwrap()).unwrap();
    });
}

#[test]
fn another_task_is_woken_by_a_post_when_the_wait_of_the_last_one_has_ended() {
    static MAILBOX: Mailbox<4> = Mailbox::new();

    the_others_are_woken_when(&MAILBOX, |memory, task| {
        let ended = memory.lock().unwrap().poll(task.ticket.as_ref().unwrap(), 5, None);
        assert_eq!(ended, Ok(Poll::Ready(WaitResult::TimedOut)));
    });
}

#[test]
fn another_task_is_woken_by_a_post_when_the_last_one_takes_its_waker_back() {
    static MAILBOX: Mailbox<4> = Mailbox::new();

    the_others_are_woken_when(&MAILBOX, |memory, task| {
        let ticket = task.ticket.as_ref().unwrap();
        assert_eq!(memory.lock().unwrap().poll(ticket, 0, None), Ok(Poll::Pending));
    });
}

#[test]
fn a_task_that_waits_already_when_the_mailbox_is_attached_is_woken_by_a_post() {
    static MAILBOX: Mailbox<4> = Mailbox::new();

    let memory = memory();
    let task = Task::waiting(&memory);
    assert_eq!(task.poll(&memory), Poll::Pending);
    memory.attach(&MAILBOX).unwrap();
    assert_eq!(task.run(&memory), Poll::Pending);
    MAILBOX.notify(0, 1).unwrap();
    assert_eq!(task.run(&memory), NOTIFIED);
}

/// Asks for the lock when woken or dropped, as a task does that gives up waits of its own.
struct Asking(&'static SharedMemory, &'static Mutex<Vec<bool>>);

impl Wake for Asking {
    fn wake(self: Arc<Self>) {}
}

impl Drop for Asking {
    fn drop(&mut self) {
        self.1.lock().unwrap().push(self.0.try_lock().is_ok());
    }
}

#[test]
fn a_task_that_is_woken_or_dropped_finds_the_memory_free() {
    static MAILBOX: Mailbox<4> = Mailbox::new();
    static HAD_IT: Mutex<Vec<bool>> = Mutex::new(Vec::new());
    static MEMORY: OnceLock<SharedMemory> = OnceLock::new();

    let memory = MEMORY.get_or_init(memory);
    let waker = || Waker::from(Arc::new(Asking(memory, &HAD_IT)));
    let wait = || Task::waiting(memory).ticket.unwrap();
    let drops = || std::mem::take(&mut *HAD_IT.lock().unwrap());

    let ticket = wait();
    let poll = |ticket: &Ticket| {
        assert_eq!(memory.lock().unwrap().poll(ticket, 0, Some(&waker())), Ok(Poll::Pending));
    };
    poll(&ticket);
    assert_eq!(drops(), []);
    poll(&ticket);
    assert_eq!(drops(), [true], "by another waker");
    assert_eq!(memory.atomic_notify(0, 1), Ok(1));
    assert_eq!(drops(), [true], "by a notification");
    let second = wait();
    poll(&second);
    memory.lock().unwrap().cancel(ticket).unwrap();
    assert_eq!(drops(), [true], "by a notification that is passed on");
    memory.lock().unwrap().cancel(second).unwrap();
    let third = wait();
    poll(&third);
    memory.lock().unwrap().cancel(third).unwrap();
    assert_eq!(drops(), [true], "by the end of the wait");
    let tickets = [wait(), wait()];
    tickets.iter().for_each(poll);
    memory.attach(&MAILBOX).unwrap();
    assert_eq!(drops(), [true; 2], "by a new mailbox");
    tickets.iter().for_each(poll);
    assert_eq!(drops(), []);
    MAILBOX.notify(0, 2).unwrap();
    drop(memory.lock().unwrap());
    assert_eq!(drops(), [true; 2], "by a message");
    for ticket in tickets {
        memory.lock().unwrap().cancel(ticket).unwrap();
    }
}

#[test]
fn a_wait_that_is_given_up_signals_only_if_another_is_notified_in_its_place() {
    static SIGNALS: AtomicUsize = AtomicUsize::new(0);
    static PLATFORM: Platform = Platform::ONE_CORE.with_idle(
        || {},
        || {
            SIGNALS.fetch_add(1, Relaxed);
        },
    );

    let memory = memory().on(&PLATFORM);
    let [first, second, third] = [(); 3].map(|()| Task::waiting(&memory).ticket.unwrap());
    let mut guard = memory.lock().unwrap();
    guard.cancel(first).unwrap();
    assert_eq!(SIGNALS.load(Relaxed), 0);
    guard.notify(0, 1).unwrap();
    guard.cancel(second).unwrap();
    assert_eq!(SIGNALS.load(Relaxed), 2);
    guard.cancel(third).unwrap();
    assert_eq!(SIGNALS.load(Relaxed), 2);
}

/// Panics once when it is written.
struct Fragile(LinearMemory, AtomicBool);

impl MemoryAccess for Fragile {
    fn data(&self) -> &[u8] {
        self.0.data()
    }

    fn data_mut(&mut self) -> &mut [u8] {
        assert!(!self.1.swap(false, Relaxed), "for the test");
        self.0.data_mut()
    }
}

impl Backing for Fragile {
    fn ty(&self) -> MemoryType {
        self.0.ty()
    }

    fn size(&self) -> u64 {
        self.0.size()
    }

    fn grow(&mut self, delta: u64) -> Result<u64, MemoryError> {
        self.0.grow(delta)
    }
}

#[test]
fn a_panic_while_messages_are_applied_costs_no_more_than_the_message() {
    static MAILBOX: Mailbox<4> = Mailbox::new();

    let fragile = Fragile(memory().into_inner(), AtomicBool::new(true));
    let memory = SharedMemory::<_, 2>::over(fragile).unwrap();
    memory.attach(&MAILBOX).unwrap();
    for at in 0..2 {
        MAILBOX.post(at, &[7]).unwrap();
    }
    panic::catch_unwind(AssertUnwindSafe(|| drop(memory.lock()))).unwrap_err();
    assert_eq!(memory.atomic_load(0), Ok(0x0700_u16));
    MAILBOX.post(2, &[8]).unwrap();
    assert_eq!(memory.atomic_load(2), Ok(8_u8));
}
