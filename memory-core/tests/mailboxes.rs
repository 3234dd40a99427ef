//! A monitor with more mailboxes than waits.

#![cfg(not(loom))]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Poll, Wake, Waker};

use vellum_memory::{
    AccessError, Attachment, Mailbox, Monitor, Monitored, Platform, Recipient, WaitSet,
};

/// Messages are for nothing.
struct Nothing(WaitSet<(), Mailboxes, 2>);

type Mailboxes = Vec<((), Attachment)>;

impl Recipient for &mut Nothing {
    fn deliver(&mut self, _: usize, _: &[u8]) -> Result<(), AccessError> {
        Ok(())
    }

    fn deliver_notification(&mut self, _: usize, count: u32) -> Result<u32, AccessError> {
        Ok(self.0.notify(&(), count))
    }
}

impl Monitored<2> for Nothing {
    type Key = ();
    type Place = ();
    type Mailboxes = Mailboxes;
    type Deferred = ();

    fn wait_set(&self) -> Option<&WaitSet<(), Mailboxes, 2>> {
        Some(&self.0)
    }

    fn wait_set_mut(&mut self) -> Option<&mut WaitSet<(), Mailboxes, 2>> {
        Some(&mut self.0)
    }

    fn recipient(&mut self, (): ()) -> impl Recipient {
        self
    }

    fn run_deferred(&mut self, (): ()) {}
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Relaxed);
    }
}

#[test]
fn each_of_many_mailboxes_wakes_the_last_waker_and_keeps_no_other() {
    static MAILBOXES: [Mailbox<1, 0>; 5] = [const { Mailbox::new() }; 5];

    let monitor = Monitor::<_, 2>::new(Nothing(WaitSet::new(Vec::new())));
    for mailbox in &MAILBOXES {
        let attachment = mailbox.attach(&Platform::ONE_CORE).unwrap();
        monitor.lock().unwrap().0.attach((), attachment);
    }
    let ticket = monitor.lock().unwrap().0.wait((), None).unwrap();
    let wakes = [(); 3].map(|()| Arc::new(Wakes::default()));
    for wakes in &wakes {
        let waker = Waker::from(wakes.clone());
        let polled = monitor.lock().unwrap().0.poll(&ticket, 0, Some(&waker));
        assert_eq!(polled, Ok(Poll::Pending));
    }
    assert_eq!([0, 1].map(|former| Arc::strong_count(&wakes[former])), [1; 2]);
    for mailbox in &MAILBOXES {
        mailbox.notify(0, 0).unwrap();
    }
    assert_eq!(wakes.each_ref().map(|wakes| wakes.0.load(Relaxed)), [0, 0, MAILBOXES.len()]);
    monitor.lock().unwrap().0.cancel(ticket).unwrap();
    assert_eq!(Arc::strong_count(&wakes[2]), 1);
}
