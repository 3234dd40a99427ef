//! More contenders for the lock of one world than two: none is starved.

use crate::setup::{engine, guest, memory};
use std::thread;
use vellum::{SharedMemory, Store};

const GUESTS: usize = 4;
const READS: usize = 10_000;
/// The word that ends the guests, and those that they count in.
const END: usize = 0;
const COUNTS: usize = 4;

/// Counts in its own word until it is stopped.
const COUNTER: &str = r#"(module (import "env" "memory" (memory 1 2 shared))
    (func (export "run") (param $at i32)
        (loop $next
            (drop (i32.atomic.rmw.add (local.get $at) (i32.const 1)))
            (br_if $next (i32.eqz (i32.atomic.load (i32.const 0)))))))"#;

/// What each guest has counted.
fn counts(memory: &SharedMemory) -> [u32; GUESTS] {
    memory.read_value(COUNTS).unwrap()
}

#[test]
fn a_host_that_only_reads_is_not_starved_by_four_guests() {
    let engine = engine(1000);
    let memory = memory(&engine);
    let (mut between, counted) = thread::scope(|scope| {
        for number in 0..GUESTS {
            let (engine, memory) = (&engine, &memory);
            scope.spawn(move || {
                let mut store = Store::new(engine, ());
                let instance = guest(&mut store, memory, COUNTER).unwrap();
                let run = instance.get_typed_func::<u32, ()>(&store, "run").unwrap();
                run.call(&mut store, (COUNTS + 4 * number) as u32).unwrap();
            });
        }
        while counts(&memory).contains(&0) {
            thread::yield_now();
        }
        let start = counts(&memory);
        let mut taken = memory.lock_stats().acquisitions;
        let mut between = Vec::new();
        for _ in 0..READS {
            memory.read_value::<u32>(COUNTS).unwrap();
            // One is the reader's own.
            let now = memory.lock_stats().acquisitions;
            between.push((now - taken).saturating_sub(1));
            taken = now;
        }
        let end = counts(&memory);
        memory.atomic_store(END, 1_u32).unwrap();
        let counted: Vec<u32> = end.iter().zip(start).map(|(end, start)| end - start).collect();
        (between, counted)
    });
    // While the reader asks, it lets at most each of the others come first.
    let queue = memory.lock_stats().longest_queue;
    assert!((1..=GUESTS).contains(&queue), "{queue} came first");
    // The operating system may pause the reader between two reads, but not as a rule.
    between.sort_unstable();
    let usual = between[READS * 9 / 10];
    assert!(usual <= 2 * GUESTS, "{usual} slices of others between two reads");
    assert!(counted.iter().all(|&count| count > 0), "{counted:?}");
}
