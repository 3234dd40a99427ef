//! Worlds that use each other's memories: they release their locks, and never wait for each other.

use crate::setup::{self, THREADS, config};
use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};
use vellum::{
    Caller, Config, Engine, Error, Func, Instance, Linker, MemoryType, Module, PAGE_SIZE, PagePool,
    Platform, SharedMemory, Store,
};

const SOON: Duration = Duration::from_secs(120);

fn memory(engine: &Engine) -> SharedMemory {
    SharedMemory::new(engine, MemoryType::shared(1, 1)).unwrap()
}

/// Instantiates a text with the memories `env.0`, `env.1` and so on, those after the first by locked
/// access.
fn linked(store: &mut Store<()>, memories: &[&SharedMemory], text: &str) -> Instance {
    let engine = store.engine().clone();
    let locked: Vec<u32> = (1..memories.len() as u32).collect();
    let module = Module::with_locked(&engine, wat::parse_str(text).unwrap(), &locked).unwrap();
    let mut linker = Linker::new(&engine);
    for (index, memory) in memories.iter().enumerate() {
        let memory = memory.as_memory(&mut *store).unwrap();
        linker.define("env", &index.to_string(), memory).unwrap();
    }
    linker.instantiate(store, &module).unwrap()
}

const COUNT: &str = r#"(module
    (import "env" "0" (memory $own 1 1 shared)) (import "env" "1" (memory $other 1 1 shared))
    (func (export "run") (drop (i32.atomic.rmw.add $other (i32.const 8) (i32.const 1)))))"#;

#[test]
fn worlds_that_use_each_other_go_with_their_last_handles() {
    static PAGES: PagePool<[u8; 3 * PAGE_SIZE]> = PagePool::new();
    let mut config = Config::new();
    config.page_pool(&PAGES).threads(true).platform(&THREADS);
    let engines = [(); 3].map(|()| Engine::new(&config).unwrap());
    for order in [[0, 1, 2], [2, 0, 1], [1, 0, 2]] {
        let memories = [0, 1, 2].map(|n| memory(&engines[n]));
        let mut stores = [0, 1, 2].map(|n| Store::new(&engines[n], ()));
        for n in 0..3 {
            for next in [(n + 1) % 3, (n + 2) % 3] {
                let both = [&memories[n], &memories[next]];
                let instance = linked(&mut stores[n], &both, COUNT);
                let run = instance.get_typed_func::<(), ()>(&stores[n], "run").unwrap();
                run.call(&mut stores[n], ()).unwrap();
            }
        }
        assert!(memories.iter().all(|memory| memory.atomic_load::<i32>(8).unwrap() == 2));
        assert_eq!(PAGES.free(), 0);
        let mut stores = stores.map(Some);
        let mut memories = memories.map(Some);
        for n in order {
            drop(stores[n].take());
        }
        for n in order {
            assert_ne!(PAGES.leased(), 0);
            drop(memories[n].take());
        }
        assert_eq!(PAGES.leased(), 0);
    }
}

#[test]
fn a_world_that_another_one_keeps_serves_again() {
    let engines = [(); 2].map(|()| setup::engine(100));
    let memories = [memory(&engines[0]), memory(&engines[1])];
    let mut store = Store::new(&engines[0], ());
    let mut given = Store::new(&engines[1], ());
    linked(&mut given, &[&memories[1], &memories[0]], COUNT);
    let instance = linked(&mut store, &[&memories[0], &memories[1]], COUNT);
    let run = instance.get_typed_func::<(), ()>(&store, "run").unwrap();
    let [own, other] = memories;
    drop((given, other));
    // The guest keeps the memory of the other world, where no other store is left.
    run.call(&mut store, ()).unwrap();
    let mut again = Store::new(&engines[1], ());
    let other = memory(&engines[1]);
    let instance = linked(&mut again, &[&other, &own], COUNT);
    let back = instance.get_typed_func::<(), ()>(&again, "run").unwrap();
    back.call(&mut again, ()).unwrap();
    assert_eq!(own.atomic_load::<i32>(8).unwrap(), 1);
}

/// How a host function reaches another world.
#[derive(Clone, Copy, Debug)]
enum By {
    View,
    Handle,
    Store,
}

#[test]
fn host_functions_of_two_worlds_do_not_wait_for_each_other() {
    for by in [By::View, By::Handle, By::Store] {
        let engines = [(); 2].map(|()| setup::engine(100));
        let memories = [memory(&engines[0]), memory(&engines[1])];
        let (sender, results) = mpsc::channel();
        let both = Arc::new(Barrier::new(2));
        for n in 0..2 {
            let (sender, both) = (sender.clone(), both.clone());
            let engine = engines[n].clone();
            let (theirs, other) = (engines[1 - n].clone(), memories[1 - n].clone());
            thread::spawn(move || {
                let mut store = Store::new(&engine, ());
                let view = other.as_memory(&mut store).unwrap();
                let write = Func::wrap(&mut store, move |mut caller: Caller<'_, ()>| {
                    both.wait();
                    let result = match by {
                        By::View => view.write_value(&mut caller, 0, &1_u32),
                        By::Handle => other.atomic_store(0, 1_u32),
                        By::Store => Store::new(&theirs, ()).lock().map(drop),
                    };
                    both.wait();
                    result
                });
                let result = write.unwrap().call(&mut store, &[], &mut []);
                sender.send(matches!(result, Err(Error::WouldDeadlock))).unwrap();
            });
        }
        for _ in 0..2 {
            assert!(results.recv_timeout(SOON).expect("it is refused"), "{by:?}");
        }
        for memory in memories {
            memory.atomic_store(0, 1_u32).unwrap();
        }
    }
}

#[test]
fn who_holds_no_lock_waits_for_one_as_long_as_it_takes() {
    static ONE: Platform = Platform::ONE_CORE;
    let [first, second] = [(); 2].map(|()| setup::engine(100));
    // There every holder has the same name.
    let third = Engine::new(config().platform(&ONE)).unwrap();
    let memories = [&first, &second, &third].map(memory);
    let holders = memories.each_ref().map(Holder::of);
    thread::scope(|scope| {
        let store = scope.spawn(|| memories[0].atomic_store(0, 1_u32));
        // Longer than a context that holds a lock would wait.
        thread::sleep(Duration::from_millis(500));
        drop(holders);
        store.join().unwrap().unwrap();
    });
}

/// Holds the lock of a memory's world until the value is dropped.
struct Holder(mpsc::Sender<()>, Option<thread::JoinHandle<()>>);

impl Holder {
    fn of(memory: &SharedMemory) -> Self {
        let memory = memory.clone();
        let (sender, released) = mpsc::channel::<()>();
        let (held, is_held) = mpsc::channel();
        let holder = thread::spawn(move || {
            let hold = |_: &mut [u8]| {
                held.send(()).unwrap();
                released.recv().unwrap_or_default();
            };
            memory.with(hold).unwrap();
        });
        is_held.recv().unwrap();
        Self(sender, Some(holder))
    }
}

impl Drop for Holder {
    fn drop(&mut self) {
        self.0.send(()).unwrap();
        self.1.take().unwrap().join().unwrap();
    }
}

#[test]
fn what_is_dropped_waits_for_no_lock() {
    let engine = setup::engine(100);
    let memory = memory(&engine);
    let mut store = Store::new(&engine, ());
    let text = r#"(module (import "env" "0" (memory 1 1 shared))
        (func (export "wait") (result i32)
            (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))"#;
    let instance = linked(&mut store, &[&memory], text);
    let wait = instance.get_typed_func::<(), i32>(&store, "wait").unwrap();
    for _ in 0..2 * vellum::WAITERS {
        let mut call = Box::pin(wait.call_async(&mut store, ()));
        let context = &mut std::task::Context::from_waker(std::task::Waker::noop());
        for _ in 0..3 {
            assert!(call.as_mut().poll(context).is_pending());
        }
        let other = memory.clone();
        let holder = Holder::of(&memory);
        let (sender, dropped) = mpsc::channel();
        thread::scope(|scope| {
            scope.spawn(move || {
                drop((call, other));
                sender.send(()).unwrap();
            });
            let is_dropped = dropped.recv_timeout(SOON);
            drop(holder);
            is_dropped.expect("it does not wait");
        });
    }
    // Each wait that was given up has left its place.
    assert_eq!(memory.atomic_notify(0, 100).unwrap(), 0);
}

#[test]
fn copying_between_two_other_worlds_is_bounded_too() {
    let engines = [(); 3].map(|()| setup::engine(100));
    let memories = [0, 1, 2].map(|n| memory(&engines[n]));
    let text = r#"(module (import "env" "0" (memory 1 1 shared))
        (import "env" "1" (memory $to 1 1 shared)) (import "env" "2" (memory $from 1 1 shared))
        (func (export "copy")
            (memory.copy $to $from (i32.const 0) (i32.const 0) (i32.const 8))))"#;
    memories[2].atomic_store(0, 7_i32).unwrap();
    let mut store = Store::new(&engines[0], ());
    let instance = linked(&mut store, &[&memories[0], &memories[1], &memories[2]], text);
    let copy = instance.get_typed_func::<(), ()>(&store, "copy").unwrap();
    for held in [1, 2] {
        let holder = Holder::of(&memories[held]);
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            let store = &mut store;
            let copying = scope.spawn(|| {
                let result = copy.call(&mut store.lock().unwrap(), ());
                is_over.store(true, Ordering::Release);
                result
            });
            for _ in 0..SOON.as_millis() {
                if is_over.load(Ordering::Acquire) {
                    break;
                }
                thread::sleep(Duration::from_millis(1));
            }
            let ended = is_over.load(Ordering::Acquire);
            drop(holder);
            let result = copying.join().unwrap();
            assert!(ended && matches!(result, Err(Error::WouldDeadlock)), "{result:?}");
        });
    }
    copy.call(&mut store.lock().unwrap(), ()).unwrap();
    assert_eq!(memories[1].atomic_load::<i32>(0).unwrap(), 7);
}

#[test]
fn a_guest_without_threads_is_told_when_nobody_is_left_to_end_its_wait() {
    let engine = setup::engine(100);
    let alone = Engine::new(config().threads(false)).unwrap();
    let memory = memory(&engine);
    let mut store = Store::new(&alone, ());
    let text = r#"(module (import "env" "0" (memory 1 1 shared))
        (func (export "wait") (result i32)
            (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))"#;
    let instance = linked(&mut store, &[&memory], text);
    let wait = instance.get_typed_func::<(), i32>(&store, "wait").unwrap();
    let (sender, results) = mpsc::channel();
    let waiting = thread::spawn(move || {
        for _ in 0..2 {
            sender.send(wait.call(&mut store, ())).unwrap();
        }
    });
    while memory.atomic_notify(0, 1).unwrap() == 0 {
        thread::yield_now();
    }
    assert_eq!(results.recv_timeout(SOON).unwrap().unwrap(), 0);
    // As long as there is another handle, it may notify.
    assert!(results.recv_timeout(Duration::from_millis(10)).is_err());
    drop(memory);
    let result = results.recv_timeout(SOON).expect("it is told");
    assert!(matches!(result, Err(Error::Deadlock)), "{result:?}");
    waiting.join().unwrap();
}
