//! Threads that do nothing but get in each other's way. Made to run under ThreadSanitizer too.

#![cfg(not(loom))]

mod together;

use std::cell::Cell;
use std::sync::atomic::{
    AtomicBool, AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed},
};
use std::thread;

use together::{THREADS, together};
use vellum_memory::{
    AtomicAccess, BlockAccess, Mailbox, MemoryAccess, MemoryType, PAGE_SIZE, PagePool, Platform,
    SharedMemory, WaitResult,
};

const ROUNDS: u32 = if cfg!(miri) { 30 } else { 10_000 };

static POOL: PagePool<[u8; 32 * PAGE_SIZE]> = PagePool::new();

fn memory(pages: u32, maximum: u32) -> SharedMemory {
    SharedMemory::new(&POOL, MemoryType::new(pages, Some(maximum))).unwrap().on(&Platform::STD)
}

#[test]
fn additions_of_all_widths_add_up() {
    let memory = memory(1, 1);
    together(|_| {
        for _ in 0..ROUNDS {
            memory.atomic_add(0, 1_u64).unwrap();
            memory.atomic_add(8, 1_u32).unwrap();
            memory.atomic_sub(12, 1_u16).unwrap();
            memory.atomic_xor(14, 1_u8).unwrap();
        }
    });
    let total = ROUNDS * THREADS as u32;
    assert_eq!(memory.atomic_load(0), Ok(u64::from(total)));
    assert_eq!(memory.atomic_load(8), Ok(total));
    assert_eq!(memory.atomic_load(12), Ok(0_u16.wrapping_sub(total as u16)));
    assert_eq!(memory.atomic_load(14), Ok((total % 2) as u8));
    assert_eq!(memory.lock_stats().acquisitions, 4 * total as usize + 4);
}

#[test]
fn a_lock_built_of_compare_exchange_and_waits_excludes() {
    // A mutex of three states: free, held, held and waited for.
    let memory = memory(1, 1);
    together(|_| {
        for _ in 0..ROUNDS / 10 {
            let mut state = memory.atomic_compare_exchange(0, 0_u32, 1).unwrap();
            while state != 0 {
                if state == 2 || memory.atomic_compare_exchange(0, 1_u32, 2).unwrap() != 0 {
                    let end = memory.atomic_wait32(0, 2, None).unwrap();
                    assert_ne!(end, WaitResult::TimedOut);
                }
                state = memory.atomic_compare_exchange(0, 0_u32, 2).unwrap();
            }
            let mut bytes = [0; 4];
            memory.read(64, &mut bytes).unwrap();
            memory.write(64, &(u32::from_le_bytes(bytes) + 1).to_le_bytes()).unwrap();
            if memory.atomic_exchange(0, 0_u32).unwrap() == 2 {
                memory.atomic_notify(0, 1).unwrap();
            }
        }
    });
    assert_eq!(memory.atomic_load(64), Ok(ROUNDS / 10 * THREADS as u32));
    assert_eq!(memory.lock().unwrap().waiting(), 0);
}

#[test]
fn two_play_ping_pong() {
    let memory = memory(1, 1);
    let rallies = ROUNDS / 10;
    thread::scope(|scope| {
        for side in 0..2_u32 {
            let memory = &memory;
            scope.spawn(move || {
                for turn in (side..2 * rallies).step_by(2) {
                    loop {
                        let ball: u32 = memory.atomic_load(0).unwrap();
                        if ball == turn {
                            break;
                        }
                        memory.atomic_wait32(0, ball, None).unwrap();
                    }
                    memory.atomic_store(0, turn + 1).unwrap();
                    memory.atomic_notify(0, 1).unwrap();
                }
            });
        }
    });
    assert_eq!(memory.atomic_load(0), Ok(2 * rallies));
}

#[test]
fn blocks_are_copied_whole_in_all_directions() {
    const LEN: usize = 300;
    let memories = [memory(1, 1), memory(1, 1)];
    together(|thread| {
        let mut private = vec![thread as u8; LEN];
        for round in 0..ROUNDS / 10 {
            let [mine, other] = match thread % 2 {
                0 => [&memories[0], &memories[1]],
                _ => [&memories[1], &memories[0]],
            };
            match round % 4 {
                0 => mine.memory_fill(0, round as u8, LEN).unwrap(),
                1 => mine.memory_copy_between(0, other, 0, LEN).unwrap(),
                2 => mine.memory_copy_into(&mut private[..], 0, 0, LEN).unwrap(),
                _ => mine.memory_copy_from(0, &private[..], 0, LEN).unwrap(),
            }
            assert!(private.iter().all(|&byte| byte == private[0]), "torn");
            let guard = other.lock().unwrap();
            let bytes = guard.slice(0..LEN).unwrap();
            assert!(bytes.iter().all(|&byte| byte == bytes[0]), "torn");
        }
    });
}

#[test]
fn growth_is_seen_by_all_and_zero() {
    for _ in 0..if cfg!(miri) { 1 } else { 50 } {
        let memory = memory(0, 8);
        let grown = AtomicUsize::new(0);
        together(|_| {
            let mut size = 0;
            for _ in 0..4 {
                if memory.grow(1).is_ok() {
                    grown.fetch_add(1, Relaxed);
                }
                assert!(memory.size() >= size, "it never shrinks");
                size = memory.size();
                let last = size as usize * PAGE_SIZE - 1;
                assert_eq!(memory.with(|guard| guard.read_value::<u8>(last)), Ok(Ok(0)));
                assert!(memory.data_len() > last);
            }
        });
        assert_eq!((memory.size(), grown.into_inner()), (8, 8));
    }
}

#[test]
fn each_writer_passes_a_reader_once_at_most() {
    static WRITES: AtomicUsize = AtomicUsize::new(0);
    static COUNTING: Platform = Platform::new(|| Platform::STD.context()).with_relax(|| {
        // A thread that relaxes for the first time has its place in the queue.
        if JOINED.get().is_none() {
            JOINED.set(Some(WRITES.load(Relaxed)));
        }
        thread::yield_now();
    });
    thread_local! {
        static JOINED: Cell<Option<usize>> = const { Cell::new(None) };
    }

    let memory = memory(1, 1).on(&COUNTING);
    let done = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 1..THREADS {
            scope.spawn(|| {
                while !done.load(Relaxed) {
                    memory.with(|_| WRITES.fetch_add(1, Relaxed)).unwrap();
                }
            });
        }
        let (mut waits, mut most) = (0, 0);
        while waits < ROUNDS / 10 {
            JOINED.set(None);
            let guard = memory.lock().unwrap();
            let served = WRITES.load(Relaxed);
            drop(guard);
            if let Some(joined) = JOINED.get() {
                waits += 1;
                most = most.max(served - joined);
            }
        }
        done.store(true, Relaxed);
        assert!(most < THREADS, "{most} writes came before a read that waited");
    });
}

#[test]
fn all_that_is_posted_arrives_while_the_memory_is_used() {
    static MAILBOX: Mailbox<8, 4> = Mailbox::new();
    const SENDERS: usize = THREADS - 1;

    let memory = memory(1, 1);
    let refused = AtomicUsize::new(0);
    let senders = AtomicUsize::new(SENDERS);
    together(|thread| {
        if thread < SENDERS {
            // Each message holds the next number of its sender, who repeats what is refused.
            for number in 1..=ROUNDS / 10 {
                while MAILBOX.post(4 * thread, &number.to_le_bytes()).is_err() {
                    refused.fetch_add(1, Relaxed);
                    thread::yield_now();
                }
            }
            senders.fetch_sub(1, AcqRel);
            return;
        }
        let mut last = [0; SENDERS];
        let mut applied = 0;
        loop {
            let finished = senders.load(Acquire) == 0 && MAILBOX.is_empty();
            let mut guard = memory.lock().unwrap();
            applied += MAILBOX.drain_into(&mut guard).applied;
            for (sender, last) in last.iter_mut().enumerate() {
                let number: u32 = guard.atomic_load(4 * sender).unwrap();
                assert!(number >= *last, "out of order");
                *last = number;
            }
            guard.memory_fill(64, applied as u8, 64).unwrap();
            if finished {
                break;
            }
        }
        assert_eq!(last, [ROUNDS / 10; SENDERS]);
        assert_eq!(applied, SENDERS * (ROUNDS / 10) as usize);
    });
    assert_eq!(MAILBOX.refused(), refused.into_inner());
}
