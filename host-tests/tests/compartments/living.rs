//! A guest's whole life in a compartment.

use crate::failing::{BUFFERS, Buffer, STACK, held, within};
use crate::modules::GUEST;
use std::fmt;
use std::sync::Arc;
use vellum::{
    Caller, Config, Engine, Error, ExternRef, FuncType, Linker, Module, PAGE_SIZE, PagePool, Ref,
    RefType, ResourceLimiter, RunError, Store, StoreLimits, Table, TableType, Trap, Val, ValType,
};

/// Of the test that counts them.
static PAGES: PagePool<[u8; 8 * PAGE_SIZE]> = PagePool::new();
/// Of the others, which run meanwhile.
static OTHER_PAGES: PagePool<[u8; 16 * PAGE_SIZE]> = PagePool::new();

/// Something of the embedder's, of which each is counted.
#[derive(Clone, Debug)]
struct Counted(#[expect(dead_code, reason = "counted")] Arc<()>);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("counted")
    }
}

impl std::error::Error for Counted {}

/// What the store has of the embedder.
struct Data {
    _counted: Counted,
    total: i32,
    asked: Vec<String>,
}

impl Data {
    fn new(counted: &Counted, total: i32) -> Self {
        Self { _counted: counted.clone(), total, asked: Vec::new() }
    }
}

/// Allocates whenever it is asked, and keeps that.
impl ResourceLimiter for Data {
    fn memory_growing(
        &mut self,
        _: usize,
        desired: usize,
        _: Option<usize>,
    ) -> Result<bool, Error> {
        self.asked.push(desired.to_string());
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> Result<bool, Error> {
        self.asked.push(desired.to_string());
        Ok(true)
    }
}

fn engine(buffer: &'static Buffer, pages: &'static PagePool) -> Engine {
    let mut config = Config::new();
    config.page_pool(pages).compartment(buffer, STACK).concurrent_calls(3).consume_fuel(true);
    Engine::new(&config).expect("the buffer is free")
}

fn linker(engine: &Engine, counted: &Counted) -> Result<Linker<Data>, Error> {
    let mut linker = Linker::new(engine);
    let mine = || counted.clone();
    let held = mine();
    linker.func_wrap("host", "add", move |mut caller: Caller<'_, Data>, n: i32| {
        let _ = &held;
        caller.data_mut().total += n;
        caller.data().total
    })?;
    let held = mine();
    linker.func_wrap("host", "fail", move |kind: i32| match kind {
        0 => Err(Error::host(held.clone())),
        1 => Err(Error::Exit(7)),
        _ => Ok(()),
    })?;
    linker.func_wrap("host", "back", |mut caller: Caller<'_, Data>, n: i32| {
        let deep = caller.get_export("deep").and_then(|export| export.into_func());
        let deep = deep.ok_or(Error::Exit(1))?.typed::<i32, i32>(&caller)?;
        deep.call(&mut caller, n)
    })?;
    let held = mine();
    let ty = FuncType::new([ValType::I64], [ValType::I64]);
    linker.func_new("host", "any", ty, move |_, params, results| {
        let _ = &held;
        results[0] = Val::I64(params[0].unwrap_i64() * 2);
        Ok(())
    })?;
    Ok(linker)
}

/// What such a life comes to; everything is dropped by then.
fn life(engine: &Engine, counted: &Counted) -> Result<String, Error> {
    let module = Module::new(engine, wat::parse_str(GUEST).expect("the text is a module"))?;
    let mut store = Store::new(engine, Data::new(counted, 40));
    let held = counted.clone();
    store.limiter(move |data| {
        let _ = &held;
        data
    });
    store.set_limits(StoreLimits::default());
    store.set_fuel(1_000_000)?;
    let instance = linker(engine, counted)?.instantiate(&mut store, &module)?;
    let mut seen = Vec::new();
    let call = |store: &mut Store<Data>, name: &str, argument: i32| {
        let func = instance.get_typed_func::<i32, i32>(&mut *store, name)?;
        func.call(store, argument)
    };
    seen.push(call(&mut store, "add", 2)?);
    seen.push(call(&mut store, "back", 5)?);
    seen.push(call(&mut store, "deep", 30)?);
    let any = instance.get_func(&store, "any")?;
    let mut results = [Val::I64(0)];
    any.call(&mut store, &[Val::I64(21)], &mut results)?;
    seen.push(results[0].unwrap_i64() as i32);
    seen.push(instance.get_typed_func::<(), i32>(&store, "grow")?.call(&mut store, ())?);
    let memory = instance.get_memory(&store, "memory")?;
    let mut bytes = [0; 23];
    memory.read(&store, 16, &mut bytes)?;
    assert_eq!(&bytes, b"active\0\0\0\0\0\0\0\0\0\0passive");
    seen.push(memory.grow(&mut store, 1)? as i32);
    // What the embedder makes in the store.
    let value = ExternRef::new(&mut store, counted.clone())?;
    let null = Ref::null(RefType::Extern);
    let table = Table::new(&mut store, TableType::new(RefType::Extern, 1, None), null)?;
    table.grow(&mut store, 100, Ref::Extern(Some(value)))?;
    let Some(Ref::Extern(Some(found))) = table.get(&store, 50)? else { panic!("it is there") };
    assert!(found.data(&store)?.downcast_ref::<Counted>().is_some());
    seen.push(instance.get_global(&store, "count")?.get(&store)?.unwrap_i32());
    // What ends in an error.
    let fail = instance.get_typed_func::<i32, ()>(&store, "fail")?;
    fail.call(&mut store, 2)?;
    let host = fail.call(&mut store, 0);
    match &host {
        Err(error) if error.downcast_ref::<Counted>().is_some() => seen.push(-1),
        _ => host?,
    }
    match fail.call(&mut store, 1) {
        Err(Error::Exit(code)) => seen.push(code),
        other => other?,
    }
    match instance.get_typed_func::<(), ()>(&store, "trap")?.call(&mut store, ()) {
        Err(Error::Trap(Trap::Unreachable)) => seen.push(-2),
        other => other?,
    }
    match call(&mut store, "deep", 100) {
        Err(Error::Trap(Trap::CallStackExhausted)) => seen.push(-3),
        other => drop(other?),
    }
    store.set_fuel(10)?;
    match call(&mut store, "deep", 30) {
        Err(Error::OutOfFuel) => seen.push(-4),
        other => drop(other?),
    }
    assert!(store.data().asked.len() > 3, "{:?}", store.data().asked);
    Ok(format!("{seen:?}"))
}

#[test]
fn every_allocation_of_a_life_may_fail() {
    let buffer = &BUFFERS[6];
    let witness = Arc::new(());
    let counted = Counted(Arc::clone(&witness));
    let mut neighbour = Neighbour::new();
    let mut live = |count| {
        let before = held();
        let engine = engine(buffer, &PAGES);
        let (lived, made) = within(buffer, count, || life(&engine, &counted));
        let outcome = match lived {
            Ok(seen) => {
                assert_eq!(seen, "[42, 5, 30, 42, 3, 2, 1, -1, 7, -2, -3, -4]");
                Ok(())
            }
            Err(Error::OutOfHeap { .. }) => Err(()),
            Err(error) => panic!("{count}: {error}"),
        };
        drop(engine);
        assert_eq!(PAGES.leased(), PAGE_SIZE, "{count}: pages are lost");
        assert_eq!(Arc::strong_count(&witness), 2, "{count}: something of the embedder's is lost");
        assert_eq!(held() - before, 0, "{count}: heap is lost");
        neighbour.lives();
        (outcome, made)
    };
    let (whole, count) = live(usize::MAX / 2);
    assert!(whole.is_ok() && count > 200, "{count}");
    for fails in 0..count {
        assert_eq!(live(fails).0, Err(()), "{fails}");
    }
    assert_eq!(live(count).0, Ok(()));
}

/// Another guest, in no compartment, that goes on whatever happens.
struct Neighbour {
    store: Store<()>,
    next: vellum::TypedFunc<(), i32>,
    calls: i32,
}

impl Neighbour {
    fn new() -> Self {
        let engine = Engine::new(Config::new().page_pool(&PAGES)).expect("a plain engine");
        let text = r#"(module (memory 1 1) (func (export "next") (result i32)
            (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
            (i32.load (i32.const 0))))"#;
        let module =
            Module::new(&engine, wat::parse_str(text).expect("a module")).expect("it loads");
        let mut store = Store::new(&engine, ());
        let instance = Linker::new(&engine).instantiate(&mut store, &module).expect("it starts");
        let next = instance.get_typed_func(&store, "next").expect("it is there");
        Self { store, next, calls: 0 }
    }

    fn lives(&mut self) {
        self.calls += 1;
        assert_eq!(self.next.call(&mut self.store, ()).expect("it runs"), self.calls);
    }
}

/// All that can be done with what was made in a compartment is refused once that is abandoned.
#[test]
fn handles_of_an_abandoned_compartment_are_refused() {
    let buffer = &BUFFERS[7];
    let counted = Counted(Arc::new(()));
    let engine = engine(buffer, &OTHER_PAGES);
    let module = Module::new(&engine, wat::parse_str(GUEST).expect("a module")).expect("it loads");
    let mut store = Store::new(&engine, Data::new(&counted, 3));
    store.set_fuel(1000).expect("it is counted");
    let linker = linker(&engine, &counted).expect("no name is defined twice");
    let instance = linker.instantiate(&mut store, &module).expect("it starts");
    let memory = instance.get_memory(&store, "memory").expect("it is there");
    let table = instance.get_table(&store, "table").expect("it is there");
    let global = instance.get_global(&store, "count").expect("it is there");
    let deep = instance.get_typed_func::<i32, i32>(&store, "deep").expect("it is there");
    let value = ExternRef::new(&mut store, 5).expect("there is room");
    let (large, _) = within(buffer, 0, || ExternRef::new(&mut store, counted.clone()));
    assert!(matches!(large, Err(Error::OutOfHeap { .. })));

    let refused = |result: Result<(), Error>| {
        assert!(matches!(result, Err(Error::Compartment(RunError::Abandoned))), "{result:?}");
    };
    refused(deep.call(&mut store, 1).map(drop));
    refused(deep.func().call(&mut store, &[Val::I32(1)], &mut [Val::I32(0)]));
    refused(deep.func().ty(&store).map(drop));
    refused(instance.get_export(&store, "memory").map(drop));
    refused(instance.exports(&store).map(drop));
    refused(memory.data(&store).map(drop));
    refused(memory.write(&mut store, 0, &[1]));
    refused(memory.grow(&mut store, 1).map(drop));
    refused(table.get(&store, 0).map(drop));
    refused(table.grow(&mut store, 1, Ref::null(RefType::Func)).map(drop));
    refused(global.get(&store).map(drop));
    refused(global.set(&mut store, Val::I32(1)));
    refused(value.data(&store).map(drop));
    refused(linker.instantiate(&mut store, &module).map(drop));
    refused(linker.get(&mut store, "host", "add").map(drop));
    refused(vellum::Func::wrap(&mut store, || ()).map(drop));
    refused(vellum::Memory::new(&mut store, vellum::MemoryType::new(1, Some(1))).map(drop));
    refused(Module::new(&engine, &b"\0asm\x01\0\0\0"[..]).map(drop));
    assert_eq!((module.imports().count(), module.exports().count()), (0, 0));
    assert_eq!(module.resources_required().num_memories, 0);

    // The embedder's data is its own.
    assert_eq!(store.data().total, 3);
    assert_eq!(store.into_data().total, 3);
    assert!(matches!(
        Store::new(&engine, ()).memory_bytes(),
        Err(Error::Compartment(RunError::Abandoned))
    ));
}

#[test]
fn an_engine_tells_what_its_compartment_has_had() {
    let engine = engine(&BUFFERS[14], &OTHER_PAGES);
    let counted = Counted(Arc::new(()));
    life(&engine, &counted).expect("it has room");
    let (usage, stats) = (engine.usage(), engine.compartment_stats().expect("it has one"));
    assert_eq!(usage.heap_high_water, Some(stats.heap.high_water));
    assert!(usage.heap < usage.heap_high_water && usage.heap_left == Some(stats.heap.largest));
    assert_eq!(usage.native_stack, Some(STACK));
    assert_eq!(usage.native_stack_high_water, Some(stats.stack_high_water));
    // A host function of the guest calls it again.
    assert_eq!((usage.calls, usage.calls_high_water, usage.calls_limit), (0, 2, 3));
    assert!(usage.to_string().contains(" high-water; heap left: "), "{usage}");
}
