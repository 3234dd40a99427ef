//! The embedder's own limiter.

use crate::{PAGES, limit};
use std::fmt::Debug;
use vellum::{
    Caller, Config, Engine, Error, ErrorKind, Instance, Limit, Linker, Memory, MemoryType,
    PAGE_SIZE, Ref, RefType, ResourceLimiter, Store, StoreLimits, Table, TableType,
};
use vellum_host_tests::{engine, engine_with, instance, load};

/// What was asked: `m` or `t` for a memory or a table, and the sizes.
type Asked = (char, usize, usize, Option<usize>);

/// What a limiter says.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Says {
    Yes,
    No,
    Fails,
}

#[derive(Debug)]
struct State {
    says: Says,
    asked: Vec<Asked>,
}

impl State {
    fn ask(&mut self, asked: Asked) -> Result<bool, Error> {
        self.asked.push(asked);
        match self.says {
            Says::Yes => Ok(true),
            Says::No => Ok(false),
            Says::Fails => Err(Error::Exit(9)),
        }
    }
}

impl ResourceLimiter for State {
    fn memory_growing(
        &mut self,
        now: usize,
        new: usize,
        most: Option<usize>,
    ) -> Result<bool, Error> {
        self.ask(('m', now, new, most))
    }

    fn table_growing(
        &mut self,
        now: usize,
        new: usize,
        most: Option<usize>,
    ) -> Result<bool, Error> {
        self.ask(('t', now, new, most))
    }
}

fn store(engine: &Engine) -> Store<State> {
    let mut store = Store::new(engine, State { says: Says::Yes, asked: Vec::new() });
    store.limiter(|state| state);
    store
}

fn with_threads() -> Engine {
    engine_with(&PAGES, |config: &mut Config| {
        config.threads(true).slice(100).concurrent_calls(3);
    })
}

fn refused<T: Debug>(result: Result<T, Error>, now: usize, new: usize) {
    let Err(Error::LimitExceeded(exceeded)) = result else { panic!("{result:?}") };
    assert_eq!((exceeded.limit, exceeded.maximum), (Limit::ResourceLimiter, now as u64));
    assert_eq!(exceeded.found, new as u64);
}

const GUEST: &str = r#"(module
    (memory (export "memory") 1 4)
    (table (export "table") 2 1000 funcref)
    (func (export "memory.grow") (param i32) (result i32) (memory.grow (local.get 0)))
    (func (export "table.grow") (param i32) (result i32)
        (table.grow (ref.null func) (local.get 0))))"#;

#[test]
fn it_is_asked_for_what_guests_have_and_grow() {
    for engine in [engine(&PAGES), with_threads()] {
        let mut store = store(&engine);
        let guest = instance(&mut store, GUEST).expect("it is allowed");
        let memory = ('m', 0, PAGE_SIZE, Some(4 * PAGE_SIZE));
        let mut asked = std::mem::take(&mut store.data_mut().asked);
        asked.sort_unstable();
        assert_eq!(asked, [memory, ('t', 0, 2, Some(1000))]);
        for (says, memory, table) in [(Says::Yes, 1, 2), (Says::No, -1, -1)] {
            store.data_mut().says = says;
            for (name, by, expected) in [("memory.grow", 1, memory), ("table.grow", 5, table)] {
                let grow = guest.get_typed_func::<i32, i32>(&store, name).expect("it is exported");
                assert_eq!(grow.call(&mut store, by).expect("it returns"), expected, "{name}");
                // Nothing is asked of what grows by nothing.
                grow.call(&mut store, 0).expect("it returns");
            }
        }
        let asked = [
            ('m', PAGE_SIZE, 2 * PAGE_SIZE, Some(4 * PAGE_SIZE)),
            ('t', 2, 7, Some(1000)),
            ('m', 2 * PAGE_SIZE, 3 * PAGE_SIZE, Some(4 * PAGE_SIZE)),
            ('t', 7, 12, Some(1000)),
        ];
        assert_eq!(std::mem::take(&mut store.data_mut().asked), asked);
        // Its own error ends the call, and the next one goes on as before.
        for says in [Says::Fails, Says::No] {
            store.data_mut().says = says;
            for name in ["memory.grow", "table.grow"] {
                let grow = guest.get_typed_func::<i32, i32>(&store, name).expect("it is exported");
                match (says, grow.call(&mut store, 1)) {
                    (Says::Fails, Err(Error::Exit(9))) | (Says::No, Ok(-1)) => {}
                    (_, other) => panic!("{name}: {other:?}"),
                }
            }
        }
    }
}

#[test]
fn it_is_asked_for_what_the_host_makes_and_grows() {
    for engine in [engine(&PAGES), with_threads()] {
        let mut store = store(&engine);
        let (ty, null) = (TableType::new(RefType::Func, 3, None), Ref::null(RefType::Func));
        let memory = Memory::new(&mut store, MemoryType::new(1, Some(3))).expect("it is allowed");
        let table = Table::new(&mut store, ty, null).expect("it is allowed");
        let free = PAGES.free();
        store.data_mut().says = Says::No;
        let made = Memory::new(&mut store, MemoryType::new(1, Some(3)));
        assert_eq!(made.as_ref().expect_err("it is not").kind(), ErrorKind::Limit);
        refused(made, 0, PAGE_SIZE);
        assert_eq!(PAGES.free(), free, "its pages are free again");
        refused(memory.grow(&mut store, 2), PAGE_SIZE, 3 * PAGE_SIZE);
        refused(Table::new(&mut store, ty, null), 0, 3);
        refused(table.grow(&mut store, 2, null), 3, 5);
        refused(instance(&mut store, "(module (memory 1 1))"), 0, PAGE_SIZE);
        refused(instance(&mut store, "(module (table 7 funcref))"), 0, 7);
        assert_eq!(
            memory.grow(&mut store, 2).expect_err("it is refused").to_string(),
            "limit exceeded: Store::limiter (at most 65536, found 196608)"
        );
        store.data_mut().says = Says::Fails;
        let errors = [
            Memory::new(&mut store, MemoryType::new(1, Some(1))).map(drop),
            Table::new(&mut store, ty, null).map(drop),
            memory.grow(&mut store, 1).map(drop),
            table.grow(&mut store, 1, null).map(drop),
            instance(&mut store, "(module (memory 1 1))").map(drop),
            instance(&mut store, "(module (table 7 funcref))").map(drop),
        ];
        for error in errors {
            assert!(matches!(error, Err(Error::Exit(9))), "{error:?}");
        }
    }
}

/// What other limits refuse it is not asked about, and their errors stay what they are.
#[test]
fn other_limits_come_first() {
    let mut store = store(&engine(&PAGES));
    let limits = StoreLimits { table_elements: 200, pages: 2, ..StoreLimits::default() };
    store.set_limits(limits);
    let text = r#"(module (memory (export "memory") 1 2) (table (export "table") 1 funcref)
        (func (export "grow") (param i32) (result i32)
            (table.grow (ref.null func) (local.get 0))))"#;
    let guest = instance(&mut store, text).expect("it is allowed");
    store.data_mut().says = Says::No;
    let grow = guest.get_typed_func::<i32, i32>(&store, "grow").expect("it is exported");
    assert_eq!(grow.call(&mut store, 1).expect("it returns"), -1);
    store.data_mut().asked.clear();
    let memory = guest.get_memory(&store, "memory").expect("it is exported");
    let table = guest.get_table(&store, "table").expect("it is exported");
    let null = Ref::null(RefType::Func);
    assert!(matches!(memory.grow(&mut store, 2), Err(Error::Memory(_))));
    assert_eq!(limit(table.grow(&mut store, 200, null)), (Limit::TableElements, 200));
    assert_eq!(grow.call(&mut store, 200).expect("it returns"), -1);
    assert_eq!(limit(instance(&mut store, "(module (table 201 funcref))")).1, 200);
    assert_eq!(limit(instance(&mut store, "(module (memory 3))")), (Limit::Pages, 2));
    // Small ones may be tables of helpers.
    instance(
        &mut store,
        r#"(module (memory 0 0) (data "x") (table 3 128 funcref)
        (func (data.drop 0)))"#,
    )
    .expect("it is not asked");
    assert_eq!(store.data().asked, []);
}

/// A host function's caller grows what the store's limiter allows, and a module with its own error fails.
#[test]
fn it_is_asked_by_callers_and_while_instances_start() {
    let engine = engine_with(&PAGES, |config| {
        config.concurrent_calls(2);
    });
    let mut store = store(&engine);
    let mut linker = Linker::new(&engine);
    let grow = |mut caller: Caller<'_, State>| -> Result<i32, Error> {
        let memory = caller.memory().ok_or(Error::Exit(1))?;
        caller.data_mut().says = Says::No;
        refused(memory.grow(&mut caller, 1), PAGE_SIZE, 2 * PAGE_SIZE);
        caller.data_mut().says = Says::Yes;
        Ok(memory.grow(&mut caller, 1)? as i32)
    };
    linker.func_wrap("host", "grow", grow).expect("the name is free");
    let text = r#"(module (import "host" "grow" (func $grow (result i32)))
        (memory (export "memory") 1 3) (func (export "run") (result i32) (call $grow)))"#;
    let module = load(&engine, text).expect("it is valid");
    let guest = linker.instantiate(&mut store, &module).expect("it links");
    let run = guest.get_typed_func::<(), i32>(&store, "run").expect("it is exported");
    assert_eq!(run.call(&mut store, ()).expect("it returns"), 1);
    let starts = r#"(module (import "host" "memory" (memory 1 3))
        (func $start (drop (memory.grow (i32.const 1)))) (start $start))"#;
    let starts = load(&engine, starts).expect("it is valid");
    let memory = guest.get_memory(&store, "memory").expect("it is exported");
    store.data_mut().says = Says::Fails;
    let error = Instance::new(&mut store, &starts, &[memory.into()]).expect_err("it fails");
    assert!(matches!(error, Error::Exit(9)), "{error:?}");
}

/// Each store of an engine with threads has a limiter of its own, also by a guard of it.
#[test]
fn stores_that_share_a_world_have_limiters_of_their_own() {
    let engine = with_threads();
    let (mut first, mut second) = (store(&engine), store(&engine));
    let mut free = Store::new(&engine, ());
    first.data_mut().says = Says::No;
    refused(Memory::new(&mut first, MemoryType::new(1, Some(1))), 0, PAGE_SIZE);
    Memory::new(&mut second, MemoryType::new(1, Some(1))).expect("it is allowed");
    Memory::new(&mut free, MemoryType::new(1, Some(1))).expect("nothing is asked");
    let mut guard = first.lock().expect("it is free");
    refused(Memory::new(&mut guard, MemoryType::new(1, Some(1))), 0, PAGE_SIZE);
    drop(guard);
    assert_eq!((first.data().asked.len(), second.data().asked.len()), (2, 1));
}

/// A thread that a guest starts is limited by the limiter in its own data.
#[test]
fn threads_have_the_limiter_of_their_data() {
    let engine = with_threads();
    let mut store = store(&engine);
    let mut linker = Linker::<State>::new(&engine);
    let spawn = |mut caller: Caller<'_, State>| {
        caller.spawn(State { says: Says::No, asked: Vec::new() }, 0)
    };
    linker.func_wrap("host", "spawn", spawn).expect("the name is free");
    let text = r#"(module
        (import "host" "spawn" (func $spawn (result i32)))
        (import "host" "memory" (memory 1 3 shared))
        (func (export "run") (result i32)
            (drop (call $spawn))
            (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))
            (i32.add (i32.load (i32.const 0)) (i32.mul (i32.const 10) (memory.grow (i32.const 1)))))
        (func (export "wasi_thread_start") (param i32 i32)
            (i32.store (i32.const 0) (memory.grow (i32.const 1)))
            (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))))"#;
    let memory = vellum::SharedMemory::new(&engine, MemoryType::shared(1, 3)).expect("it fits");
    linker.define("host", "memory", memory).expect("the name is free");
    let module = load(&engine, text).expect("it is valid");
    let guest = linker.instantiate(&mut store, &module).expect("it links");
    let run = guest.get_typed_func::<(), i32>(&store, "run").expect("it is exported");
    // The thread's is refused: -1; the program's has one page before.
    assert_eq!(run.call(&mut store, ()).expect("it returns"), 9);
    assert_eq!(store.data().asked.len(), 1);
}
