//! The mailbox, in every order of events.

use crate::common::model;
use loom::sync::Arc;
use loom::thread::{self, JoinHandle};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use vellum_memory::{AccessError, Mailbox, Platform, PostError, Recipient};

/// Collects what is delivered.
#[derive(Default)]
struct Messages(Vec<(usize, u8)>);

impl Recipient for Messages {
    fn deliver(&mut self, offset: usize, bytes: &[u8]) -> Result<(), AccessError> {
        let &[first, second] = bytes else { panic!("torn: {bytes:?}") };
        assert_eq!(first, second, "torn");
        self.0.push((offset, first));
        Ok(())
    }

    fn deliver_notification(&mut self, address: usize, count: u32) -> Result<u32, AccessError> {
        self.0.push((address, u8::MAX));
        Ok(count)
    }
}

type TwoBytes<const N: usize> = Arc<Mailbox<N, 2>>;

/// Posts messages 0, 1, … as `sender`, and tells which were taken.
fn post<const N: usize>(mailbox: &TwoBytes<N>, sender: usize, messages: u8) -> Vec<(usize, u8)> {
    let taken = (0..messages).filter(|&message| match mailbox.post(sender, &[message; 2]) {
        Ok(()) => true,
        Err(error) => {
            assert_eq!(error, PostError::Full { capacity: N });
            false
        }
    });
    taken.map(|message| (sender, message)).collect()
}

/// Drains so many times on another thread, after what this one does at first.
///
/// Loom looks for orders in which a read comes before the write it was tried after, and overlooks
/// some of those in which a write comes before the read.
fn drain<const N: usize>(mailbox: &TwoBytes<N>, times: usize) -> JoinHandle<Messages> {
    let mailbox = mailbox.clone();
    thread::spawn(move || {
        let mut messages = Messages::default();
        for _ in 0..times {
            mailbox.drain_into(&mut messages);
        }
        messages
    })
}

fn of(sender: usize, messages: &[(usize, u8)]) -> Vec<(usize, u8)> {
    messages.iter().copied().filter(|&(from, _)| from == sender).collect()
}

#[test]
fn what_two_post_while_one_drains_arrives_whole_and_in_order() {
    model(3, || {
        let mailbox = TwoBytes::<2>::new(Mailbox::new());
        let sender = thread::spawn({
            let mailbox = mailbox.clone();
            move || post(&mailbox, 1, 2)
        });
        let drainer = drain(&mailbox, 1);
        let mine = post(&mailbox, 2, 2);
        let others = sender.join().unwrap();
        let mut messages = drainer.join().unwrap();
        mailbox.drain_into(&mut messages);
        assert!(mailbox.is_empty());
        assert_eq!(of(1, &messages.0), others);
        assert_eq!(of(2, &messages.0), mine);
        let taken = messages.0.len();
        assert_eq!(mailbox.refused(), 4 - taken);
        assert!(taken >= 2);
    });
}

#[test]
fn one_place_is_reused_lap_after_lap() {
    model(None, || {
        let mailbox = TwoBytes::<1>::new(Mailbox::new());
        let drainer = drain(&mailbox, 2);
        let posted = post(&mailbox, 1, 3);
        let mut messages = drainer.join().unwrap();
        mailbox.drain_into(&mut messages);
        assert_eq!(messages.0, posted);
        assert!(!posted.is_empty());
    });
}

#[test]
fn posts_are_refused_only_when_all_places_are_taken() {
    model(None, || {
        let mailbox = TwoBytes::<2>::new(Mailbox::new());
        let other = thread::spawn({
            let mailbox = mailbox.clone();
            move || post(&mailbox, 1, 1)
        });
        assert_eq!(post(&mailbox, 2, 1).len(), 1);
        assert_eq!(other.join().unwrap().len(), 1);
        assert_eq!(post(&mailbox, 3, 1).len(), 0);
    });
}

#[test]
fn the_first_to_post_is_never_refused() {
    model(None, || {
        let mailbox = TwoBytes::<1>::new(Mailbox::new());
        let other = thread::spawn({
            let mailbox = mailbox.clone();
            move || mailbox.notify(8, 1).is_ok()
        });
        let mine = mailbox.post(4, &[7; 2]).is_ok();
        let other = other.join().unwrap();
        assert!(mine != other, "one place, and nothing drains");
        let mut messages = Messages::default();
        mailbox.drain_into(&mut messages);
        assert_eq!(messages.0, [if mine { (4, 7) } else { (8, u8::MAX) }]);
    });
}

#[test]
fn two_that_drain_at_once_share_no_message() {
    model(3, || {
        let mailbox = TwoBytes::<2>::new(Mailbox::new());
        let posted = post(&mailbox, 1, 2);
        let other = drain(&mailbox, 1);
        let mut messages = Messages::default();
        mailbox.drain_into(&mut messages);
        let others = other.join().unwrap();
        mailbox.drain_into(&mut messages);
        messages.0.extend(others.0);
        assert!(messages.0 == posted, "{:?}", messages.0);
    });
}

#[test]
fn a_message_is_seen_by_the_context_that_attaches_the_mailbox_or_rouses_it() {
    static IS_ROUSED: AtomicBool = AtomicBool::new(false);
    static PLATFORM: Platform =
        Platform::ONE_CORE.with_idle(|| {}, || IS_ROUSED.store(true, Relaxed));
    model(None, || {
        IS_ROUSED.store(false, Relaxed);
        let mailbox: &'static Mailbox<2, 2> = Box::leak(Box::new(Mailbox::new()));
        let sender = thread::spawn(|| mailbox.post(0, &[1; 2]).unwrap());
        let attachment = mailbox.attach(&PLATFORM).unwrap();
        let is_seen = !attachment.is_empty();
        sender.join().unwrap();
        assert!(is_seen || IS_ROUSED.load(Relaxed));
    });
}
