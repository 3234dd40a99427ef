//! What runs in a compartment, and what is left when it can't go on.
#![expect(unsafe_code, reason = "the tests take nothing out of a compartment that outlives it")]

use std::alloc::System;
use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::thread;
use vellum_compartment::{
    Compartment, CompartmentError, Heap, OutsideError, RunError, outside, try_outside,
};
use vellum_memory::StaticBuffer;

#[global_allocator]
static HEAP: Heap<System> = Heap::new(System);

const STACK: usize = 96 * 1024;

type Buffer = StaticBuffer<[u8; 256 * 1024]>;

fn take(buffer: &'static Buffer) -> Compartment {
    let bytes = buffer.take().expect("nobody else has the buffer");
    Compartment::new(bytes, STACK).expect("it is large enough")
}

/// Runs what gives nothing away that is allocated inside.
fn run<R>(compartment: &Compartment, f: impl FnOnce() -> R) -> Result<R, RunError> {
    // SAFETY: no test uses what is allocated inside after the compartment is dropped.
    unsafe { compartment.run(f) }
}

/// Uses up any stack, allocating nothing.
#[inline(never)]
fn deep(levels: usize) -> usize {
    let frame = black_box([levels; 32]);
    if levels == 0 { 0 } else { deep(black_box(levels - 1)) + frame[levels % 32] }
}

/// The same, with a block of the heap at each level.
#[inline(never)]
fn deep_allocating(levels: usize) -> usize {
    let block = black_box(Box::new(levels));
    if levels == 0 { 0 } else { deep_allocating(black_box(levels - 1)) + *block }
}

#[test]
fn a_job_has_the_heap_and_the_stack_of_its_compartment() {
    static BUFFER: Buffer = StaticBuffer::new();
    let compartment = take(&BUFFER);
    let fresh = compartment.stats().heap;
    let here = 0u8;
    let mut kept = Vec::new();
    let (block, frame) = run(&compartment, || {
        kept = vec![1u8; 3000];
        kept.push(2);
        let inside = 0u8;
        ((&raw const kept[0]).addr(), (&raw const inside).addr())
    })
    .expect("there is room");
    assert_eq!((kept.len(), kept[0], kept[3000]), (3001, 1, 2));
    assert!(block < frame && frame.abs_diff(block) < 256 * 1024);
    assert!(frame.abs_diff((&raw const here).addr()) > 256 * 1024);
    assert!(compartment.stats().heap.used >= 3001);
    // What is dropped outside goes back to the compartment.
    drop(kept);
    let stats = compartment.stats().heap;
    assert_eq!((stats.used, stats.largest), (0, fresh.largest));
    assert!(stats.high_water >= 3001 && stats.allocations > fresh.allocations);
}

#[test]
fn out_of_heap_is_an_error_and_the_buffer_serves_again() {
    static BUFFER: Buffer = StaticBuffer::new();
    for _ in 0..100 {
        let compartment = take(&BUFFER);
        let mut count = 0;
        let endless = run(&compartment, || {
            let mut kept = Vec::new();
            loop {
                kept.push(Box::new([0u8; 500]));
                count = black_box(count + 1);
            }
        });
        let Err(RunError::OutOfHeap { needed, largest }) = endless else { panic!("{endless:?}") };
        assert!(
            count > 100 && needed >= 500 && largest < needed + 64,
            "{count} {needed} {largest}"
        );
        assert!(compartment.is_abandoned());
        assert_eq!(run(&compartment, || ()), Err(RunError::Abandoned));
        assert!(BUFFER.take().is_err());
    }
}

#[test]
fn every_allocation_can_be_the_one_that_fails() {
    static BUFFER: Buffer = StaticBuffer::new();
    let work = |fails: usize| {
        let mut index = 0;
        let mut fail = || {
            if index == fails {
                drop(black_box(Vec::<u8>::with_capacity(1 << 20)));
            }
            index += 1;
        };
        let mut map = std::collections::BTreeMap::new();
        for key in 0..40usize {
            fail();
            map.insert(key * 7 % 40, vec![key; key]);
        }
        fail();
        map.remove(&3);
        map.len()
    };
    for fails in 0..=41 {
        let compartment = take(&BUFFER);
        let done = run(&compartment, || work(fails));
        match fails {
            41 => assert_eq!(done, Ok(39)),
            _ => assert!(matches!(done, Err(RunError::OutOfHeap { needed: 0x100000, .. }))),
        }
    }
}

#[test]
fn a_deep_stack_is_an_error() {
    static BUFFER: Buffer = StaticBuffer::new();
    for (job, levels) in [(deep as fn(usize) -> usize, 350), (deep_allocating, 10_000)] {
        let compartment = take(&BUFFER);
        let before = compartment.stats().stack_high_water;
        assert!(run(&compartment, || job(20)).is_ok());
        let stats = compartment.stats();
        assert!(stats.stack >= STACK && before < stats.stack_high_water, "{before} {stats}");
        assert!(stats.to_string().ends_with(&format!(" of {} bytes at most", stats.stack)));
        drop(compartment);
        let compartment = take(&BUFFER);
        assert_eq!(run(&compartment, || job(levels)), Err(RunError::StackOverflow));
        assert!(compartment.is_abandoned());
    }
}

#[test]
fn what_is_outside_has_the_programs_heap_and_may_come_in_again() {
    static BUFFER: Buffer = StaticBuffer::new();
    let compartment = take(&BUFFER);
    let used = || compartment.stats().heap.used;
    let result = run(&compartment, || {
        let inside = Vec::from([1u8; 100]);
        let (from_outside, nested) = outside(|| {
            let before = used();
            let block = vec![2u8; 4000];
            assert_eq!(used(), before);
            let nested = run(&compartment, || {
                let block = Vec::from([3u8; 50]);
                assert!(used() >= before + 50);
                // Inside it is a plain call.
                run(&compartment, || block.len() + outside(|| 1))
            });
            (block, nested)
        });
        assert_eq!(from_outside.len(), 4000);
        assert_eq!(used(), 100);
        inside.len() + nested.expect("there is room").expect("there is room")
    });
    assert_eq!((result, used()), (Ok(151), 0));
    assert_eq!(outside(|| 5), 5);
}

#[test]
fn a_nested_job_abandons_those_around_it() {
    static BUFFER: Buffer = StaticBuffer::new();
    let compartment = take(&BUFFER);
    let witness = Arc::new(());
    let outer = run(&compartment, || {
        outside(|| {
            let _held = Arc::clone(&witness);
            let nested = run(&compartment, || drop(black_box(vec![0u8; 1 << 20])));
            assert!(matches!(nested, Err(RunError::OutOfHeap { .. })), "{nested:?}");
            // What is outside goes on, and its frames are left as always.
        });
        unreachable!("the frame is abandoned");
    });
    assert_eq!(outer, Err::<(), _>(RunError::Abandoned));
    assert_eq!(Arc::strong_count(&witness), 1);
}

#[test]
fn an_error_from_outside_is_kept() {
    static BUFFER: Buffer = StaticBuffer::new();
    let compartment = take(&BUFFER);
    let witness = Arc::new(());
    let fails = || Err::<(), _>(Arc::clone(&witness));
    let error = |found| matches!(found, Err(OutsideError::Kept));
    assert_eq!(run(&compartment, || error(try_outside(fails))), Ok(true));
    assert_eq!(Arc::strong_count(&witness), 2);
    // One that nobody has asked for gives way to the next.
    assert_eq!(run(&compartment, || error(try_outside(fails))), Ok(true));
    assert_eq!(Arc::strong_count(&witness), 2);
    assert!(compartment.take_kept::<Arc<()>>().is_some_and(|kept| Arc::ptr_eq(&kept, &witness)));
    assert_eq!((compartment.take_kept::<Arc<()>>(), Arc::strong_count(&witness)), (None, 1));

    let abandoned = run(&compartment, || {
        assert!(error(try_outside(fails)));
        drop(black_box(vec![0u8; 1 << 20]));
    });
    assert!(abandoned.is_err());
    drop(compartment);
    assert_eq!(Arc::strong_count(&witness), 1);
    assert!(matches!(try_outside(fails), Err(OutsideError::Returned(_))));
    assert_eq!(try_outside(|| Ok::<_, ()>(7)), Ok(7));
}

#[test]
fn one_context_at_a_time() {
    static BUFFER: Buffer = StaticBuffer::new();
    let compartment = &take(&BUFFER);
    let (is_in, may_go) = (&AtomicBool::new(false), &AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(move || {
            let waited = run(compartment, || {
                is_in.store(true, SeqCst);
                while !may_go.load(SeqCst) {
                    std::hint::spin_loop();
                }
            });
            assert_eq!(waited, Ok(()));
        });
        while !is_in.load(SeqCst) {
            thread::yield_now();
        }
        assert_eq!(run(compartment, || ()), Err(RunError::InUse));
        may_go.store(true, SeqCst);
    });
    assert_eq!(run(compartment, || 1), Ok(1));
}

#[test]
fn who_is_outside_waits_for_who_came_in_meanwhile() {
    static BUFFER: Buffer = StaticBuffer::new();
    let compartment = &take(&BUFFER);
    let order = &std::sync::Mutex::new(Vec::new());
    thread::scope(|scope| {
        let done = run(compartment, || {
            outside(|| {
                let is_in = Arc::new(AtomicBool::new(false));
                let tell = Arc::clone(&is_in);
                scope.spawn(move || {
                    let late = run(compartment, || {
                        tell.store(true, SeqCst);
                        outside(|| thread::sleep(std::time::Duration::from_millis(20)));
                        outside(|| order.lock().unwrap().push("nested"));
                    });
                    assert_eq!(late, Ok(()));
                });
                while !is_in.load(SeqCst) {
                    thread::yield_now();
                }
            });
            outside(|| order.lock().unwrap().push("outer"));
        });
        assert_eq!(done, Ok(()));
    });
    assert_eq!(*order.lock().unwrap(), ["nested", "outer"]);
}

#[test]
fn compartments_do_not_disturb_each_other() {
    static BUFFERS: [Buffer; 3] = [const { StaticBuffer::new() }; 3];
    let [first, second, third] = [0, 1, 2].map(|index| take(&BUFFERS[index]));
    let mut kept = [&first, &second, &third].map(|at| run(at, || vec![7u8; 900]).unwrap());
    // In the middle of the list.
    drop(kept[1].split_off(0));
    kept[1] = Vec::new();
    drop(second);
    assert!(run(&third, || vec![0u8; 1 << 20].len()).is_err());
    assert_eq!(run(&first, || kept[0].iter().map(|&byte| u32::from(byte)).sum()), Ok(6300));
    // Of an abandoned heap nothing is given back.
    drop(kept);
    assert_eq!((first.stats().heap.used, third.stats().heap.used), (0, 900));
    drop((first, third));
    let again = [0, 1, 2].map(|index| take(&BUFFERS[index]));
    assert!(again.iter().all(|compartment| compartment.stats().heap.used == 0));
}

#[test]
fn sizes_are_checked() {
    static BUFFER: StaticBuffer<[u8; 96 * 1024]> = StaticBuffer::new();
    let error = |stack| Compartment::new(BUFFER.take().unwrap(), stack).unwrap_err();
    let CompartmentError::StackTooSmall { needed: smallest } = error(4095) else {
        panic!("it is a stack")
    };
    assert_eq!(error(smallest - 1), CompartmentError::StackTooSmall { needed: smallest });
    let CompartmentError::TooSmall { needed } = error(97_000) else { panic!("it fits") };
    assert!((97_000 + 1024..97_000 + 4096).contains(&needed));
    assert!(matches!(error(usize::MAX), CompartmentError::TooSmall { .. }));
    assert!(Compartment::new(BUFFER.take().unwrap(), smallest).is_ok());
    assert!(BUFFER.take().is_ok());
}
