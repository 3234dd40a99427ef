//! Calls that are futures give way where they are asked to. Nothing interrupts a PC's guests: they give way
//! when a host function has ended in which they were asked.

use crate::failing::{BUFFERS, Buffer, STACK, each_fails, held};
use crate::loading::polled;
use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Waker};
use vellum::{
    Caller, Config, ConfigError, Engine, Error, Instance, Linker, Module, RunError, Store, Trap,
    TypedFunc, give_way,
};

const GUEST: &str = r#"(module
    (import "host" "next" (func $next (param i32) (result i32)))
    (import "host" "later" (func $later (param i32) (result i32)))
    (table $table 0 100 funcref)
    (func (export "same") (param i32) (result i32) (local.get 0))
    (func (export "count") (param $times i32) (result i32) (local $n i32)
        (loop $again
            (local.set $n (call $next (local.get $n)))
            (br_if $again (i32.lt_u (local.get $n) (local.get $times))))
        (local.get $n))
    (func (export "mixed") (param i32) (result i32)
        (i32.add (call $next (call $later (call $next (local.get 0))))
            (table.grow $table (ref.null func) (i32.const 10))))
    (func (export "trap") (param i32) (result i32) (drop (call $next (i32.const 0))) unreachable)
    (func (export "fail") (param i32) (result i32) (call $next (i32.const -1))))"#;

fn config(buffer: &'static Buffer) -> Config {
    let mut config = Config::new();
    config.compartment(buffer, STACK).concurrent_calls(2);
    config
}

/// A guest whose host function asks it to give way, and is called back by that.
fn guest(engine: &Engine, witness: &Arc<()>) -> Result<(Store<Arc<()>>, Instance), Error> {
    let module = Module::new(engine, wat::parse_str(GUEST).expect("a module"))?;
    let mut linker = Linker::new(engine);
    let held = Arc::clone(witness);
    linker.func_wrap("host", "next", move |mut caller: Caller<'_, Arc<()>>, n: i32| {
        assert!(Arc::strong_count(&held) > 1);
        give_way();
        if n < 0 {
            return Err(Error::host(String::from("negative")));
        }
        let same = caller.get_export("same").and_then(|export| export.into_func());
        let same: TypedFunc<i32, i32> = same.expect("it is exported").typed(&caller)?;
        Ok(same.call(&mut caller, n)? + 1)
    })?;
    linker.func_wrap_async("host", "later", |_: Caller<'_, Arc<()>>, (n,): (i32,)| {
        Box::new(async move { n + 100 })
    })?;
    let mut store = Store::new(engine, Arc::clone(witness));
    let instance = linker.instantiate(&mut store, &module)?;
    Ok((store, instance))
}

fn refused<R>(result: Result<R, Error>, reason: RunError) {
    match result {
        Err(Error::Compartment(error)) => assert_eq!(error, reason),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("it is not refused"),
    }
}

#[test]
fn a_call_gives_way_and_goes_on() -> Result<(), Error> {
    let engine = Engine::new(config(&BUFFERS[21]).preemptible(true))?;
    let (mut store, instance) = guest(&engine, &Arc::new(()))?;
    let mut called = |name, argument| {
        let func = instance.get_typed_func::<i32, i32>(&store, name)?;
        let (polls, result) = polled(func.call_async(&mut store, argument), || {
            refused(Module::new(&engine, &b"\0asm\x01\0\0\0"[..]), RunError::InUse);
        });
        Ok::<_, Error>((polls, result))
    };
    let (polls, result) = called("count", 50)?;
    assert!(polls >= 50 && result? == 50, "{polls}");
    let (polls, result) = called("mixed", 1)?;
    assert!(polls >= 2 && result? == 103, "{polls}");
    let (_, trapped) = called("trap", 1)?;
    assert!(matches!(trapped, Err(Error::Trap(Trap::Unreachable))), "{trapped:?}");
    let (_, failed) = called("fail", 1)?;
    assert_eq!(failed.map_err(|error| error.to_string()), Err("negative".into()));
    assert_eq!(called("count", 3)?.1?, 3);
    // One that blocks does not give way.
    let count = instance.get_typed_func::<i32, i32>(&store, "count")?;
    assert_eq!(count.call(&mut store, 20)?, 20);
    Ok(())
}

#[test]
fn only_what_is_preemptible_gives_way() -> Result<(), Error> {
    let engine = Engine::new(&config(&BUFFERS[22]))?;
    let (mut store, instance) = guest(&engine, &Arc::new(()))?;
    let count = instance.get_typed_func::<i32, i32>(&store, "count")?;
    let (polls, result) = polled(count.call_async(&mut store, 50), || ());
    assert_eq!((polls, result?), (0, 50));
    Ok(())
}

#[test]
fn fuel_is_counted_as_ever() -> Result<(), Error> {
    let spent = |engine: &Engine| {
        let (mut store, instance) = guest(engine, &Arc::new(()))?;
        let count = instance.get_typed_func::<i32, i32>(&store, "count")?;
        store.set_fuel(1_000)?;
        polled(count.call_async(&mut store, 20), || ()).1?;
        let left = store.get_fuel()?;
        let ended = polled(count.call_async(&mut store, 10_000), || ()).1;
        assert!(matches!(ended, Err(Error::OutOfFuel)), "{ended:?}");
        Ok::<_, Error>(left)
    };
    let mut config = config(&BUFFERS[23]);
    let plain = spent(&Engine::new(config.consume_fuel(true))?)?;
    assert_eq!(spent(&Engine::new(config.preemptible(true))?)?, plain);
    Ok(())
}

/// A call that is given up is left where it is, with all that is its engine's, and nothing else.
#[test]
fn a_call_that_is_dropped_abandons_its_compartment() -> Result<(), Error> {
    let config = config(&BUFFERS[24]).preemptible(true).clone();
    for polls in 1..30 {
        let (before, witness) = (held(), Arc::new(()));
        let engine = Engine::new(&config)?;
        let (mut store, instance) = guest(&engine, &witness)?;
        let count = instance.get_typed_func::<i32, i32>(&store, "count")?;
        {
            let mut call = pin!(count.call_async(&mut store, i32::MAX));
            for _ in 0..polls {
                let polled = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                assert!(polled.is_pending());
            }
        }
        refused(count.call(&mut store, 1), RunError::Abandoned);
        refused(Module::new(&engine, &b"\0asm\x01\0\0\0"[..]), RunError::Abandoned);
        assert!(Arc::ptr_eq(store.data(), &witness));
        drop((store, engine));
        assert_eq!(Arc::strong_count(&witness), 1);
        drop(witness);
        assert_eq!(held(), before);
    }
    Ok(())
}

/// One that has not begun, or has ended, leaves the engine as it is.
#[test]
fn a_future_that_has_not_given_way_abandons_nothing() -> Result<(), Error> {
    let engine = Engine::new(config(&BUFFERS[25]).preemptible(true))?;
    let (mut store, instance) = guest(&engine, &Arc::new(()))?;
    let count = instance.get_typed_func::<i32, i32>(&store, "count")?;
    drop(count.call_async(&mut store, 10));
    assert_eq!(polled(count.call_async(&mut store, 10), || ()).1?, 10);
    assert_eq!(count.call(&mut store, 10)?, 10);
    Ok(())
}

/// What a host function was to return later is dropped with the call, also if that gave way before it was polled.
#[test]
fn what_a_dropped_call_waits_for_is_dropped() -> Result<(), Error> {
    let engine = Engine::new(config(&BUFFERS[28]).preemptible(true))?;
    let module = Module::new(&engine, wat::parse_str(GUEST).expect("a module"))?;
    let (mut linker, owned) = (Linker::new(&engine), Arc::new(()));
    let held = Arc::clone(&owned);
    linker.func_wrap("host", "next", |n: i32| n)?;
    linker.func_wrap_async("host", "later", move |_: Caller<'_, ()>, (n,): (i32,)| {
        give_way();
        let held = Arc::clone(&held);
        Box::new(async move { n + Arc::strong_count(&held) as i32 })
    })?;
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module)?;
    let mixed = instance.get_typed_func::<i32, i32>(&store, "mixed")?;
    {
        let mut call = pin!(mixed.call_async(&mut store, 1));
        assert!(call.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        assert_eq!(Arc::strong_count(&owned), 3);
    }
    assert_eq!(Arc::strong_count(&owned), 2);
    Ok(())
}

/// The guest around it could not go on, if a host function kept a call that has given way.
#[test]
fn a_call_within_a_host_function_does_not_give_way() -> Result<(), Error> {
    let engine = Engine::new(config(&BUFFERS[29]).preemptible(true).concurrent_calls(4))?;
    let (other, instance) = guest(&engine, &Arc::new(()))?;
    let count = instance.get_typed_func::<i32, i32>(&other, "count")?;
    let other = Arc::new(Mutex::new(other));
    let module = Module::new(&engine, wat::parse_str(GUEST).expect("a module"))?;
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "next", move |_: i32| {
        let mut other = other.lock().expect("no test panics here");
        let (polls, counted) = polled(count.call_async(&mut *other, 20), || ());
        counted.map(|counted| 100 * polls as i32 + counted)
    })?;
    linker.func_wrap("host", "later", |n: i32| n)?;
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module)?;
    let count = instance.get_typed_func::<i32, i32>(&store, "count")?;
    assert_eq!(polled(count.call_async(&mut store, 1), || ()).1?, 20);
    Ok(())
}

/// Whatever allocation fails of a call that gives way, nothing of the embedder's is lost.
#[test]
fn every_allocation_may_fail() {
    let buffer = &BUFFERS[26];
    let engine = || Engine::new(config(buffer).preemptible(true)).expect("the buffer is free");
    let life = |engine: &Engine, witness: &Arc<()>| {
        let (mut store, instance) = guest(engine, witness)?;
        let mixed = instance.get_typed_func::<i32, i32>(&store, "mixed")?;
        polled(mixed.call_async(&mut store, 1), || ()).1
    };
    each_fails(buffer, engine, 103, life, |()| ());
}

#[test]
fn what_can_not_be_is_refused() {
    let refused = |config: &Config, reason: ConfigError| match Engine::new(config) {
        Err(error) => {
            assert!(matches!(error, Error::Config(found) if found == reason), "{error}");
        }
        Ok(_) => panic!("an engine"),
    };
    refused(Config::new().preemptible(true), ConfigError::PreemptibleCompartment);
    let mut config = config(&BUFFERS[27]);
    refused(config.preemptible(true).threads(true), ConfigError::PreemptibleThreads);
    // The buffer is still there.
    assert!(Engine::new(config.threads(false)).is_ok());
}
