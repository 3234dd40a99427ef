//! What interrupt handlers post is applied by itself. A thread plays the interrupts.

use crate::polling::{Wakes, poll};
use crate::setup::{config, engine, guest, memory};
use std::{
    pin::pin,
    sync::Arc,
    sync::atomic::{AtomicBool, Ordering},
    task::Poll,
    thread,
    time::Duration,
};
use vellum::{Engine, Error, Instance, Mailbox, Platform, SharedMemory, Store, WaitResult};

const WAITS: &str = r#"(module (import "env" "memory" (memory 1 2 shared))
    (func (export "wait") (result i32)
        (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))"#;

#[test]
fn samples_arrive_in_order_while_guests_compute() {
    const SAMPLES: i32 = 10_000;
    static MAILBOX: Mailbox<48, 4> = Mailbox::new();

    /// Posts sample `n` to the word `n`, their number to the word 0, and notifies of it.
    fn interrupts() -> usize {
        let mut refused = 0;
        let mut sure = |post: &dyn Fn() -> bool| {
            while !post() {
                refused += 1;
                thread::yield_now();
            }
        };
        for sample in 1..=SAMPLES {
            let bytes = sample.to_le_bytes();
            sure(&|| MAILBOX.post(4 * sample as usize, &bytes).is_ok());
            sure(&|| MAILBOX.post(0, &bytes).is_ok());
            sure(&|| MAILBOX.notify(0, 1).is_ok());
            if sample % 16 == 0 {
                thread::sleep(Duration::from_micros(100));
            }
        }
        refused
    }

    // Takes samples as they come, and tells how many were not what they should be.
    let takes = r#"(module (import "env" "memory" (memory 1 2 shared))
        (func (export "run") (param $samples i32) (result i32)
            (local $taken i32) (local $there i32) (local $wrong i32)
            (loop $again
                (drop (memory.atomic.wait32 (i32.const 0) (local.get $taken) (i64.const -1)))
                (local.set $there (i32.atomic.load (i32.const 0)))
                (local.set $wrong (i32.add (local.get $wrong)
                    (i32.lt_s (local.get $there) (local.get $taken))))
                (loop $next (if (i32.lt_s (local.get $taken) (local.get $there)) (then
                    (local.set $taken (i32.add (local.get $taken) (i32.const 1)))
                    (local.set $wrong (i32.add (local.get $wrong)
                        (i32.ne (i32.load (i32.shl (local.get $taken) (i32.const 2)))
                            (local.get $taken))))
                    (br $next))))
                (br_if $again (i32.lt_s (local.get $taken) (local.get $samples))))
            (local.get $wrong)))"#;
    let computes = r#"(module (import "env" "memory" (memory 1 2 shared))
        (func (export "run")
            (loop $for_ever
                (drop (i32.atomic.rmw.add (i32.const 65532) (i32.const 1)))
                (br_if $for_ever (i32.eqz (i32.atomic.load (i32.const 65528)))))))"#;
    let engine = engine(500);
    let memory = memory(&engine);
    memory.attach(&MAILBOX).unwrap();
    thread::scope(|scope| {
        let computing = scope.spawn(|| {
            let mut store = Store::new(&engine, ());
            let instance = guest(&mut store, &memory, computes).unwrap();
            let run = instance.get_typed_func::<(), ()>(&store, "run").unwrap();
            run.call(&mut store, ()).unwrap();
        });
        let taking = scope.spawn(|| {
            let mut store = Store::new(&engine, ());
            let instance = guest(&mut store, &memory, takes).unwrap();
            let run = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
            run.call(&mut store, SAMPLES).unwrap()
        });
        let refused = interrupts();
        assert_eq!(taking.join().unwrap(), 0);
        memory.atomic_store(65_528, 1_i32).unwrap();
        computing.join().unwrap();
        assert_eq!((MAILBOX.refused(), MAILBOX.rejected()), (refused, 0));
    });
    let samples = memory.with(|bytes| bytes[4..4 * (SAMPLES as usize + 1)].to_vec()).unwrap();
    let expected: Vec<u8> = (1..=SAMPLES).flat_map(i32::to_le_bytes).collect();
    assert!(samples == expected);
}

/// A store with a guest that waits for the word at 0.
fn waiter(engine: &Engine, memory: &SharedMemory) -> (Store<()>, Instance) {
    let mut store = Store::new(engine, ());
    let instance = guest(&mut store, memory, WAITS).unwrap();
    (store, instance)
}

async fn wait(store: &mut Store<()>, instance: Instance) -> Result<i32, Error> {
    let wait = instance.get_typed_func::<(), i32>(&*store, "wait")?;
    wait.call_async(store, ()).await
}

#[test]
fn a_call_that_blocks_is_no_deadlock_while_a_handler_may_notify() {
    static ONE: Platform = Platform::ONE_CORE;
    static MAILBOX: Mailbox<4> = Mailbox::new();
    let engine = Engine::new(config().platform(&ONE)).unwrap();
    let memory = memory(&engine);
    memory.attach(&MAILBOX).unwrap();
    let (mut store, instance) = waiter(&engine, &memory);
    let wait = instance.get_typed_func::<(), i32>(&store, "wait").unwrap();
    // Again and again: one that comes between the two waits ends neither.
    static ARE_OVER: AtomicBool = AtomicBool::new(false);
    let interrupt = thread::spawn(|| {
        while !ARE_OVER.load(Ordering::Relaxed) {
            thread::sleep(Duration::from_millis(5));
            let _full = MAILBOX.notify(0, 1);
        }
    });
    assert_eq!(wait.call(&mut store, ()).unwrap(), WaitResult::Ok as i32);
    assert_eq!(memory.atomic_wait32(0, 0, None).unwrap(), WaitResult::Ok);
    ARE_OVER.store(true, Ordering::Relaxed);
    interrupt.join().unwrap();
}

#[test]
fn a_letter_wakes_a_future_and_whom_it_notifies() {
    static MAILBOX: Mailbox<4> = Mailbox::new();
    static ONE: Platform = Platform::ONE_CORE;
    let engine = Engine::new(config().platform(&ONE)).unwrap();
    let memory = memory(&engine);
    memory.attach(&MAILBOX).unwrap();
    let (mut a, mut b) = (waiter(&engine, &memory), waiter(&engine, &memory));
    let wakes = [Arc::new(Wakes::default()), Arc::new(Wakes::default())];
    let mut first = pin!(wait(&mut a.0, a.1));
    let mut second = Box::pin(wait(&mut b.0, b.1));
    for _ in 0..2 {
        assert!(poll(&mut first, &wakes[0]).is_pending());
        assert!(poll(&mut second.as_mut(), &wakes[1]).is_pending());
    }
    assert!(wakes.iter().all(|wakes| wakes.take() > 0));
    MAILBOX.notify(0, 1).unwrap();
    assert_eq!(wakes[1].take(), 1);
    // The second one, which was woken, applies the message; it is the first one's turn to be notified.
    assert!(poll(&mut second.as_mut(), &wakes[1]).is_pending());
    assert_eq!(wakes[0].take(), 1);
    assert!(matches!(poll(&mut first, &wakes[0]), Poll::Pending | Poll::Ready(Ok(0))));
}

#[test]
fn whoever_goes_leaves_the_mailbox_to_those_who_stay() {
    static MAILBOX: Mailbox<4> = Mailbox::new();
    static ONE: Platform = Platform::ONE_CORE;
    let engine = Engine::new(config().platform(&ONE)).unwrap();
    let memory = memory(&engine);
    memory.attach(&MAILBOX).unwrap();
    let (mut a, mut b) = (waiter(&engine, &memory), waiter(&engine, &memory));
    let stays = Arc::new(Wakes::default());
    let mut first = pin!(wait(&mut a.0, a.1));
    {
        let mut second = pin!(wait(&mut b.0, b.1));
        for _ in 0..2 {
            assert!(poll(&mut first, &stays).is_pending());
            assert!(poll(&mut second, &Arc::default()).is_pending());
        }
        stays.take();
    }
    assert_eq!(stays.take(), 1);
    assert!(poll(&mut first, &stays).is_pending());
    MAILBOX.notify(0, 1).unwrap();
    assert_eq!(stays.take(), 1);
    while poll(&mut first, &stays).is_pending() {
        assert_ne!(stays.take(), 0);
    }
}

#[test]
fn a_mailbox_has_one_memory() {
    static MAILBOX: Mailbox<4> = Mailbox::new();
    static OTHER: Mailbox<4> = Mailbox::new();
    let engine = engine(100);
    let memory = memory(&engine);
    memory.attach(&MAILBOX).unwrap();
    memory.attach(&OTHER).unwrap();
    assert!(matches!(memory.attach(&MAILBOX), Err(Error::AlreadyAttached)));
    MAILBOX.post(0, &[1]).unwrap();
    OTHER.post(1, &[2]).unwrap();
    assert_eq!(memory.read_value::<[u8; 2]>(0).unwrap(), [1, 2]);
    drop((memory, engine));
    let engine = self::engine(100);
    crate::setup::memory(&engine).attach(&MAILBOX).unwrap();
}
