//! Who gets the lock, who is told why not, and what it counts.

#![cfg(not(loom))]

use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::thread;

use vellum_memory::{
    Context, Lock, LockError, LockGuard, LockStats, Nanoseconds, Platform, WouldDeadlock,
};

const ROUNDS: usize = if cfg!(miri) { 20 } else { 20_000 };

thread_local! {
    static CONTEXT: Cell<Context> = const { Cell::new(Context::thread(0, 0)) };
}

/// A machine whose contexts one thread plays in turn.
static PLAYED: Platform = Platform::new(|| CONTEXT.get());

fn playing<T>(context: Context, work: impl FnOnce() -> T) -> T {
    let before = CONTEXT.replace(context);
    let result = work();
    CONTEXT.set(before);
    result
}

/// How asking goes for `asker` while `holder` has the lock: plainly, once, and for some time.
fn asking(platform: &'static Platform, holder: Context, asker: Context) -> [LockError; 3] {
    let lock = Lock::new(()).on(platform);
    let _guard = playing(holder, || lock.lock().unwrap());
    playing(asker, || {
        [
            lock.lock().unwrap_err().into(),
            lock.try_lock().unwrap_err(),
            lock.lock_within(3).unwrap_err(),
        ]
    })
}

#[test]
fn asking_for_what_can_never_be_released_is_an_error_in_every_form() {
    let thread = Context::thread(0, 1);
    let interrupt = Context::interrupt(0);
    for (platform, holder, asker) in [
        (&PLAYED, thread, thread),
        (&PLAYED, thread, interrupt),
        (&PLAYED, interrupt, interrupt),
        (&PLAYED, Context::SINGLE, Context::SINGLE),
        (&Platform::ONE_CORE, thread, thread),
        (&Platform::ONE_CORE, thread, interrupt),
    ] {
        let errors = asking(platform, holder, asker);
        assert_eq!(errors, [LockError::WouldDeadlock; 3], "{asker:?} asks {holder:?}");
    }
}

#[test]
fn an_interrupt_waits_for_another_core_only_within_a_bound() {
    let errors = asking(&PLAYED, Context::thread(1, 0), Context::interrupt(0));
    assert_eq!(errors, [LockError::WouldDeadlock, LockError::WouldBlock, LockError::WouldBlock]);
}

#[test]
fn an_interrupt_comes_after_the_waiter_that_it_has_interrupted() {
    static INTERRUPTED: Platform = Platform::new(|| CONTEXT.get()).with_relax(|| {
        let Some(guard) = HELD.take() else { return };
        drop(guard);
        playing(Context::interrupt(0), || {
            assert_eq!(LOCK.lock().unwrap_err(), WouldDeadlock);
            assert_eq!(LOCK.try_lock().unwrap_err(), LockError::WouldBlock);
            assert_eq!(LOCK.lock_within(100).unwrap_err(), LockError::WouldBlock);
        });
    });
    static LOCK: Lock<()> = Lock::new(()).on(&INTERRUPTED);
    thread_local! {
        static HELD: Cell<Option<LockGuard<'static, ()>>> = const { Cell::new(None) };
    }

    HELD.set(Some(playing(Context::thread(1, 0), || LOCK.lock().unwrap())));
    drop(LOCK.lock().unwrap());
    assert_eq!(LOCK.stats().acquisitions, 2);
}

#[test]
fn a_thread_is_told_that_another_one_holds_the_lock() {
    for holder in [Context::thread(0, 2), Context::thread(1, 1), Context::interrupt(1)] {
        let lock = Lock::new(()).on(&PLAYED);
        let guard = playing(holder, || lock.lock().unwrap());
        assert_eq!(lock.holder(), Some(holder));
        playing(Context::thread(0, 1), || {
            assert_eq!(lock.try_lock().unwrap_err(), LockError::WouldBlock);
            assert_eq!(lock.lock_within(5).unwrap_err(), LockError::WouldBlock);
            drop(guard);
            assert_eq!(lock.holder(), None);
            drop(lock.lock().unwrap());
            drop(lock.try_lock().unwrap());
            drop(lock.lock_within(0).unwrap());
        });
    }
}

#[test]
fn a_bounded_wait_ends_after_its_turns_and_no_sooner() {
    static TURNS: AtomicUsize = AtomicUsize::new(0);
    static COUNTING: Platform = Platform::new(|| CONTEXT.get()).with_relax(|| {
        TURNS.fetch_add(1, Relaxed);
    });

    let lock = Lock::new(()).on(&COUNTING);
    let guard = lock.lock().unwrap();
    for turns in [0, 1, 2, 1000] {
        TURNS.store(0, Relaxed);
        playing(Context::thread(1, 0), || lock.lock_within(turns).unwrap_err());
        assert_eq!(TURNS.load(Relaxed), turns as usize);
    }
    assert!(!LockGuard::is_awaited(&guard), "all have left");
    drop(guard);
    assert!(playing(Context::thread(1, 0), || lock.try_lock().is_ok()));
}

#[test]
fn a_lock_counts_what_it_is_asked_and_how_long_it_is_held() {
    static TICKS: AtomicU64 = AtomicU64::new(5);
    static CLOCKED: Platform =
        Platform::new(|| CONTEXT.get()).with_clock(|| Nanoseconds(TICKS.load(Relaxed)));

    let lock = Lock::new(()).on(&CLOCKED);
    for ticks in [3, 10, 7] {
        let _guard = lock.lock().unwrap();
        TICKS.fetch_add(ticks, Relaxed);
    }
    {
        let _guard = lock.lock().unwrap();
        lock.lock().unwrap_err();
        playing(Context::thread(1, 0), || lock.lock_within(2).unwrap_err());
        playing(Context::interrupt(0), || lock.try_lock().unwrap_err());
    }
    let expected =
        LockStats { acquisitions: 4, contentions: 3, longest_hold: 10, ..LockStats::default() };
    assert_eq!(lock.stats(), expected);
}

#[test]
fn an_untimed_lock_never_looks_at_the_clock() {
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    static CLOCKED: Platform =
        Platform::new(|| CONTEXT.get()).with_clock(|| Nanoseconds(LOOKS.fetch_add(1, Relaxed)));

    let lock = Lock::new(()).on(&CLOCKED).untimed();
    drop(lock.lock().unwrap());
    assert_eq!(lock.stats(), LockStats { acquisitions: 1, ..LockStats::default() });
    assert_eq!(LOOKS.load(Relaxed), 0);
}

#[test]
fn a_lock_is_released_when_its_holder_panics() {
    let lock = Lock::new(1).on(&Platform::STD);
    let result = thread::scope(|scope| {
        let holder = scope.spawn(|| {
            let mut guard = lock.lock().unwrap();
            *guard = 2;
            panic!("for the test");
        });
        holder.join()
    });
    assert!(result.is_err());
    assert_eq!(*lock.lock().unwrap(), 2);
    assert_eq!(lock.into_inner(), 2);
}

#[test]
fn a_lock_is_released_when_the_clock_panics() {
    static PANICS: AtomicBool = AtomicBool::new(false);
    static FRAGILE: Platform = Platform::new(|| CONTEXT.get()).with_clock(|| {
        assert!(!PANICS.load(Relaxed), "for the test");
        Nanoseconds(1)
    });

    let lock = Lock::new(()).on(&FRAGILE);
    PANICS.store(true, Relaxed);
    panic::catch_unwind(AssertUnwindSafe(|| drop(lock.lock().unwrap()))).unwrap_err();
    PANICS.store(false, Relaxed);
    let guard = lock.try_lock().unwrap();
    PANICS.store(true, Relaxed);
    panic::catch_unwind(AssertUnwindSafe(|| drop(guard))).unwrap_err();
    PANICS.store(false, Relaxed);
    assert_eq!(lock.holder(), None);
    drop(lock.try_lock().unwrap());
}

#[test]
fn asking_again_at_once_starves_no_other() {
    let served = Lock::new(0).on(&Platform::STD);
    thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..ROUNDS {
                *served.lock().unwrap() += 1;
            }
        });
        loop {
            let guard = served.lock().unwrap();
            let before = *guard;
            if before == ROUNDS {
                break;
            }
            while !LockGuard::is_awaited(&guard) {
                thread::yield_now();
            }
            drop(guard);
            assert!(*served.lock().unwrap() > before, "the waiter was passed");
        }
    });
    assert_eq!(served.stats().longest_queue, 1);
}

#[test]
fn many_wait_in_a_queue_that_is_longer_than_its_places() {
    const THREADS: usize = 24;
    const TIMES: usize = ROUNDS / 100 + 1;
    /// The threads that wait: each has a place, or has found none.
    static WAITING: AtomicUsize = AtomicUsize::new(0);
    static COUNTING: Platform = Platform::new(|| Platform::STD.context()).with_relax(|| {
        if !IS_COUNTED.replace(true) {
            WAITING.fetch_add(1, Relaxed);
        }
        thread::yield_now();
    });
    thread_local! {
        static IS_COUNTED: Cell<bool> = const { Cell::new(false) };
    }

    let counter = Lock::new(0).on(&COUNTING);
    let guard = counter.lock().unwrap();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..TIMES {
                    *counter.lock().unwrap() += 1;
                }
            });
        }
        while WAITING.load(Relaxed) < THREADS {
            thread::yield_now();
        }
        drop(guard);
    });
    assert_eq!(*counter.lock().unwrap(), THREADS * TIMES);
    assert_eq!(counter.stats().longest_queue, 15, "all places were taken");
}

#[test]
fn some_wait_and_some_give_up() {
    let counter = Lock::new(0).on(&Platform::STD);
    let counted: usize = thread::scope(|scope| {
        let threads = [0, 1, 2, 3].map(|turns| {
            let counter = &counter;
            scope.spawn(move || {
                let count = |mut guard: LockGuard<'_, usize>| *guard += 1;
                (0..ROUNDS)
                    .filter(|_| match turns {
                        0 => counter.lock().map(count).is_ok(),
                        _ => counter.lock_within(turns - 1).map(count).is_ok(),
                    })
                    .count()
            })
        });
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(*counter.lock().unwrap(), counted);
    assert!(counted >= ROUNDS);
}

#[test]
fn contexts_differ_by_core_kind_and_thread() {
    let contexts = [
        Context::SINGLE,
        Context::thread(0, 0),
        Context::thread(0, 1),
        Context::thread(1, 0),
        Context::thread(255, (1 << 22) - 1),
        Context::interrupt(0),
        Context::interrupt(255),
    ];
    for (i, one) in contexts.iter().enumerate() {
        for (j, other) in contexts.iter().enumerate() {
            assert_eq!(one == other, i == j, "{one:?} {other:?}");
        }
    }
    assert_eq!(format!("{:?}", contexts[4]), "thread 4194303 on core 255");
    assert_eq!(format!("{:?}", contexts[6]), "interrupt on core 255");
    assert!(contexts[5].is_interrupt() && !contexts[1].is_interrupt());
    assert_eq!(contexts.map(|context| context.core()), [0, 0, 0, 1, 255, 0, 255]);
    assert_eq!(LockError::from(WouldDeadlock).to_string(), WouldDeadlock.to_string());
}
