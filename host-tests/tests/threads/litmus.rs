//! Litmus tests on threads of the operating system, natively and by locked access.

use crate::setup::{self, config};
use std::{sync::Barrier, thread};
use vellum::{Engine, SharedMemory, Store, TypedFunc};
use vellum_host_tests::suite::{LITMUS, Litmus};

/// Times that each test runs on each arrangement of engines.
const TIMES: usize = 200;

/// A thread's store and function.
type Guest = (Store<()>, TypedFunc<(), i32>);

/// A guest that does what a thread of a test does.
fn guest(engine: &Engine, memory: &SharedMemory, text: &str) -> Guest {
    let mut store = Store::new(engine, ());
    let instance = setup::guest(&mut store, memory, text).unwrap();
    let run = instance.get_typed_func::<(), i32>(&store, "run").unwrap();
    (store, run)
}

fn check(test: &Litmus, memory: &SharedMemory, engines: &[Engine]) {
    let engine = |index: usize| engines.get(index % engines.len()).expect("it is in range");
    let guests = test.modules().enumerate();
    let mut guests: Vec<Guest> =
        guests.map(|(index, text)| guest(engine(index), memory, &text)).collect();
    let barrier = Barrier::new(guests.len());
    for _ in 0..TIMES {
        memory.with(|bytes| bytes[..128].fill(0)).unwrap();
        let seen: Vec<i32> = thread::scope(|scope| {
            let threads: Vec<_> = guests
                .iter_mut()
                .map(|(store, run)| {
                    let barrier = &barrier;
                    scope.spawn(move || {
                        barrier.wait();
                        run.call(store, ()).unwrap()
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(!(test.forbidden)(&seen), "{}: {seen:?}", test.name);
    }
}

#[test]
fn nothing_forbidden_is_seen() {
    let owner = setup::engine(1);
    let memory = setup::memory(&owner);
    let alone = || Engine::new(config().threads(false)).unwrap();
    for engines in [vec![owner.clone()], vec![alone(), alone()], vec![owner.clone(), alone()]] {
        for test in LITMUS {
            check(test, &memory, &engines);
        }
    }
}
