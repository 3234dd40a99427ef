//! What the comparison with `wasmtime` can't show: what is left of a failure for the next one, frames that are
//! missing, and modules that say what they are not.

use std::{
    future::{Future, pending},
    pin::pin,
    task::{Context, Waker},
};
use vellum::{
    AsContextMut, Caller, Config, Engine, Error, Extern, Instance, Linker, Module, PAGE_SIZE,
    PagePool, Store,
};
use vellum_instrument::{InstrumentError, InstrumentOptions, instrument};
use vellum_split::{SplitOptions, split};

static PAGES: PagePool<[u8; 32 * PAGE_SIZE]> = PagePool::new();

pub(crate) fn engine(configure: impl FnOnce(&mut Config)) -> Engine {
    let mut config = Config::new();
    configure(config.page_pool(&PAGES));
    Engine::new(&config).expect("the configuration is valid")
}

pub(crate) fn instrumented(text: &str, frames: u16) -> Vec<u8> {
    let module = wat::parse_str(text).expect("the text is valid");
    instrument(&module, &InstrumentOptions::new().frames(frames)).expect("the module is valid")
}

/// The functions of the last failure, innermost first, and how deep it was.
pub(crate) fn functions<T: Send + 'static>(store: &Store<T>) -> (Vec<Option<u32>>, usize) {
    let Some(backtrace) = store.backtrace() else { return (Vec::new(), 0) };
    let frames = backtrace.frames().iter().map(|frame| frame.func_index());
    (frames.collect(), backtrace.depth())
}

pub(crate) fn call<T: Send + 'static>(
    store: &mut Store<T>,
    instance: &Instance,
    name: &str,
) -> Result<(), Error> {
    instance.get_func(&*store, name)?.call(store.as_context_mut(), &[], &mut [])
}

#[test]
fn each_failure_has_its_own_frames() {
    let engine = engine(|_| {});
    let text = r#"(module (func $a (export "a") call $b) (func $b (export "b") unreachable)
        (func (export "fine") call $nothing) (func $nothing))"#;
    let module = Module::new(&engine, instrumented(text, 8)).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    for _ in 0..20 {
        call(&mut store, &instance, "a").unwrap_err();
        assert_eq!(functions(&store), (vec![Some(1), Some(0)], 2));
        call(&mut store, &instance, "b").unwrap_err();
        assert_eq!(functions(&store), (vec![Some(1)], 1));
        call(&mut store, &instance, "fine").unwrap();
        assert_eq!(functions(&store), (vec![], 0));
    }
    assert_eq!(module.exports().count(), 3, "the shadow stack is not the guest's");
    assert!(instance.get_memory(&store, "vellum.backtrace.stack").is_err());
}

#[test]
fn frames_are_missing_of_a_recursion_that_is_too_deep() {
    let engine = engine(|config| _ = config.max_recursion_depth(400));
    let text = r#"(module (global $n (mut i32) (i32.const 100))
        (func $down (export "down")
            (global.set $n (i32.sub (global.get $n) (i32.const 1)))
            (if (global.get $n) (then call $down) (else call $end)))
        (func $end unreachable))"#;
    let module = Module::new(&engine, instrumented(text, 3)).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    call(&mut store, &instance, "down").unwrap_err();
    assert_eq!(functions(&store), (vec![None, Some(0), Some(0), Some(0)], 101));
    let backtrace = store.backtrace().unwrap();
    let numbers: Vec<_> = backtrace.frames().iter().map(|frame| frame.number()).collect();
    assert_eq!(numbers, [0, 98, 99, 100]);
    assert!(
        backtrace.to_string().contains("<wasm function>\n       97 more\n   98: "),
        "{backtrace}"
    );
}

#[test]
fn start_functions_fail_too() {
    let engine = engine(|_| {});
    let text = "(module (func $start call $fail) (func $fail unreachable) (start $start))";
    let module = Module::new(&engine, instrumented(text, 8)).unwrap();
    let mut store = Store::new(&engine, ());
    Instance::new(&mut store, &module, &[]).unwrap_err();
    assert_eq!(functions(&store), (vec![Some(1), Some(0)], 2));
}

#[test]
fn a_guest_without_fuel_tells_where_it_was() {
    let engine = engine(|config| _ = config.consume_fuel(true));
    let text = r#"(module (func (export "run") call $loop) (func $loop (loop br 0)))"#;
    let module = Module::new(&engine, instrumented(text, 8)).unwrap();
    let mut store = Store::new(&engine, ());
    store.set_fuel(1000).unwrap();
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    assert!(matches!(call(&mut store, &instance, "run"), Err(Error::OutOfFuel)));
    assert_eq!(functions(&store), (vec![Some(1), Some(0)], 2));
}

/// A host function calls back into the guest, which fails there; it goes on, or fails by that.
#[test]
fn calls_inside_calls() {
    let engine = engine(|config| _ = config.concurrent_calls(2));
    let text = r#"(module (import "host" "try" (func $try)) (import "host" "pass" (func $pass))
        (func (export "caught") call $try call $try call $trap)
        (func (export "passed") call $pass)
        (func $outer (export "fail") call $trap)
        (func $trap unreachable))"#;
    let module = Module::new(&engine, instrumented(text, 8)).unwrap();
    let mut linker = Linker::new(&engine);
    let fail = |caller: &mut Caller<'_, ()>| match caller.get_export("fail") {
        Some(Extern::Func(func)) => func.call(caller, &[], &mut []),
        _ => Ok(()),
    };
    linker
        .func_wrap("host", "try", move |mut caller: Caller<'_, ()>| {
            assert!(matches!(fail(&mut caller), Err(Error::Trap(_))));
        })
        .unwrap();
    linker.func_wrap("host", "pass", move |mut caller: Caller<'_, ()>| fail(&mut caller)).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = linker.instantiate(&mut store, &module).unwrap();
    call(&mut store, &instance, "caught").unwrap_err();
    assert_eq!(functions(&store), (vec![Some(5), Some(2)], 2));
    call(&mut store, &instance, "passed").unwrap_err();
    assert_eq!(functions(&store), (vec![Some(5), Some(4), Some(3)], 3));
}

#[test]
fn modules_in_parts_have_backtraces() {
    let engine = engine(|_| {});
    let text = r#"(module (func (export "run") call $middle) (func $middle call $last)
        (func $last unreachable))"#;
    let split = split(&instrumented(text, 8), &SplitOptions::new().part_bytes(1)).unwrap();
    assert!(!split.parts().is_empty());
    let module = Module::new(&engine, split.to_bytes().unwrap()).unwrap();
    let mut store = Store::new(&engine, ());
    let instance = Instance::new(&mut store, &module, &[]).unwrap();
    call(&mut store, &instance, "run").unwrap_err();
    assert_eq!(functions(&store), (vec![Some(2), Some(1), Some(0)], 3));
}

#[test]
fn engines_with_threads_have_backtraces() {
    let engine = engine(|config| _ = config.threads(true).slice(3));
    let text = r#"(module (memory 1 1 shared) (func (export "run") call $wait)
        (func $wait (drop (i32.atomic.load (i32.const 1)))))"#;
    let module = Module::new(&engine, instrumented(text, 8)).unwrap();
    let mut stores = [Store::new(&engine, ()), Store::new(&engine, ())];
    let instances = stores.each_mut().map(|store| Instance::new(store, &module, &[]).unwrap());
    call(&mut stores[0], &instances[0], "run").unwrap_err();
    assert_eq!(functions(&stores[0]), (vec![Some(1), Some(0)], 2));
    assert_eq!(functions(&stores[1]), (vec![], 0));
}

/// What a module says that is not instrumented is no more than a wrong backtrace.
#[test]
fn forged_shadow_stacks_do_no_harm() {
    let engine = engine(|_| {});
    let forged = |memory: &str, top: &str| {
        format!(
            r#"(module {memory} (export "vellum.backtrace.stack" (memory 0))
                (global (export "vellum.backtrace.top") {top})
                (func (export "run") unreachable))"#
        )
    };
    let cases = [
        ("(memory 1)", "(mut i32) (i32.const -1)", true),
        ("(memory 1)", "(mut i32) (i32.const 0x7ffffff8)", true),
        ("(memory 0 0)", "(mut i32) (i32.const 64)", true),
        ("(memory 7 7 (pagesize 1))", "(mut i32) (i32.const 64)", true),
        ("(memory 1)", "(mut i64) (i64.const 64)", false),
        ("(memory 1)", "i32 (i32.const 64)", false),
    ];
    for (memory, top, is_known) in cases {
        let text = wat::parse_str(forged(memory, top)).unwrap();
        let module = Module::new(&engine, text.clone()).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        call(&mut store, &instance, "run").unwrap_err();
        assert_eq!(store.backtrace().is_some(), is_known, "{memory} {top}");
        assert!(functions(&store).0.len() <= 64);
        let text = store.backtrace().map(ToString::to_string).unwrap_or_default();
        assert!(text.len() < 10_000, "{text}");
    }
    for (text, name) in [
        (forged("(memory 1)", "i32 (i32.const 0)"), "vellum.backtrace.stack"),
        (r#"(module (import "vellum.parts" "load" (func (param i32))))"#.into(), "vellum.parts"),
    ] {
        let again = instrument(&wat::parse_str(text).unwrap(), &InstrumentOptions::new());
        assert_eq!(again, Err(InstrumentError::Reserved { name: name.into() }));
    }
    let prepared = vellum_prepare::prepare_to_vec(
        &wat::parse_str("(module (memory 1))").unwrap(),
        &vellum_prepare::Options::new(),
    );
    let prepared = instrument(&prepared.unwrap(), &InstrumentOptions::new());
    assert_eq!(prepared, Err(InstrumentError::Prepared));
}

/// A call that is given up while a host function works for it leaves no frames behind, on engines without
/// threads and with them.
#[test]
fn futures_that_are_dropped_leave_no_frames() {
    let text = r#"(module (import "host" "later" (func $later))
        (func (export "wait") call $middle) (func $middle call $later)
        (func (export "fail") unreachable))"#;
    for threads in [false, true] {
        let engine = engine(|config| _ = config.threads(threads));
        let module = Module::new(&engine, instrumented(text, 8)).unwrap();
        let mut linker = Linker::new(&engine);
        linker
            .func_wrap_async("host", "later", |_: Caller<'_, ()>, (): ()| Box::new(pending::<()>()))
            .unwrap();
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).unwrap();
        {
            let wait = instance.get_func(&store, "wait").unwrap();
            let mut call = pin!(wait.call_async(&mut store, &[], &mut []));
            for _ in 0..3 {
                let poll = call.as_mut().poll(&mut Context::from_waker(Waker::noop()));
                assert!(poll.is_pending(), "threads: {threads}");
            }
        }
        call(&mut store, &instance, "fail").unwrap_err();
        assert_eq!(functions(&store), (vec![Some(3)], 1), "threads: {threads}");
    }
}
