//! Frames of several instances, and of threads.

use super::cases::{call, engine, functions, instrumented};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use vellum::{AsContextMut, Caller, Error, Extern, Instance, Linker, Module, Store};

/// The functions of the last failure, with the names of their modules.
fn named<T: Send + 'static>(store: &Store<T>) -> Vec<(String, u32)> {
    let frames = store.backtrace().map(|backtrace| backtrace.frames()).unwrap_or_default();
    let name = |module: &Module| module.name().unwrap_or_default().to_owned();
    frames.iter().map(|it| (name(it.module()), it.func_index().unwrap_or(u32::MAX))).collect()
}

/// Host functions call other instances, in either order of their creation and back again: each call has its frames
/// before those of the call around it.
#[test]
fn frames_of_several_instances_are_innermost_first() {
    let engine = engine(|config| _ = config.concurrent_calls(4));
    let text = |name: &str| {
        format!(
            r#"(module ${name} (import "host" "other" (func $other (param i32)))
                (func $run (export "run") (param i32)
                    (if (local.get 0) (then (call $go (local.get 0))) (else unreachable)))
                (func $go (param i32) (call $other (i32.sub (local.get 0) (i32.const 1)))))"#
        )
    };
    let mut linker = Linker::new(&engine);
    linker
        .func_wrap("host", "other", |mut caller: Caller<'_, Vec<Instance>>, left: i32| {
            let other = caller.data()[left as usize % 2];
            let run = other.get_typed_func::<i32, ()>(&caller, "run")?;
            run.call(&mut caller, left)
        })
        .unwrap();
    let mut store = Store::new(&engine, Vec::new());
    for name in ["a", "b"] {
        let module = Module::new(&engine, instrumented(&text(name), 8)).unwrap();
        let instance = linker.instantiate(&mut store, &module).unwrap();
        store.data_mut().push(instance);
    }
    for (calls, expected) in [
        (1, &["a1", "b2", "b1"][..]),
        (2, &["a1", "b2", "b1", "a2", "a1"]),
        (3, &["a1", "b2", "b1", "a2", "a1", "b2", "b1"]),
        (0, &["a1"]),
    ] {
        let first = store.data()[calls as usize % 2];
        let run = first.get_typed_func::<i32, ()>(&store, "run").unwrap();
        run.call(&mut store, calls).unwrap_err();
        let frames: Vec<_> = named(&store).iter().map(|(a, b)| format!("{a}{b}")).collect();
        assert_eq!(frames, expected, "{calls}");
        let backtrace = store.backtrace().unwrap();
        let numbers: Vec<_> = backtrace.frames().iter().map(|it| it.number()).collect();
        assert_eq!(numbers, (0..expected.len()).collect::<Vec<_>>());
        assert_eq!(backtrace.depth(), expected.len());
    }
}

/// A tail call that found its callee in the host is no part of a later call, whatever that looks for in vain.
#[test]
fn a_tail_call_that_found_its_callee_is_over() {
    let engine = engine(|_| ());
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "nothing", || ()).unwrap();
    let mut store = Store::new(&engine, ());
    let mut instance = |text: &str| {
        let module = Module::new(&engine, instrumented(text, 8)).unwrap();
        linker.instantiate(&mut store, &module).unwrap()
    };
    let tail = instance(
        r#"(module $tail (import "host" "nothing" (func $nothing)) (table funcref (elem $nothing))
            (func (export "run") (return_call_indirect (i32.const 0)))
            (func (export "vain") (return_call_indirect (i32.const 1))))"#,
    );
    let vain = instance(
        r#"(module $vain (table 1 funcref) (func (export "run") (call_indirect (i32.const 0))))"#,
    );
    for (instance, name, expected) in [
        (tail, "run", None),
        (vain, "run", Some(("vain", 0))),
        (tail, "vain", Some(("tail", 2))),
        (vain, "run", Some(("vain", 0))),
    ] {
        assert_eq!(call(&mut store, &instance, name).is_err(), expected.is_some());
        let expected: Vec<_> =
            expected.into_iter().map(|(name, index)| (name.to_owned(), index)).collect();
        assert_eq!(named(&store), expected);
    }
}

/// Threads that wait, one that fails or whose program does: only who failed tells, also of a call inside.
#[test]
fn a_thread_that_fails_tells_of_itself() {
    let text = r#"(module
        (import "host" "spawn" (func $spawn (param i32) (result i32)))
        (import "host" "depth" (func $depth))
        (import "host" "try" (func $try))
        (memory 1 1 shared)
        (func $wait (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
        (func $fail unreachable)
        (func (export "fail") (call $fail))
        (func (export "wasi_thread_start") (param i32 i32)
            (if (i32.eq (local.get 1) (i32.const 1)) (then (call $wait)))
            (if (i32.eq (local.get 1) (i32.const 2)) (then (call $thread)))
            (if (i32.eq (local.get 1) (i32.const 3)) (then (call $try) (call $thread))))
        (func $thread (call $depth) (call $fail))
        (func $two (param i32)
            (drop (call $spawn (i32.const 1))) (drop (call $spawn (local.get 0))))
        (func (export "thread") (call $two (i32.const 2)) (call $wait))
        (func (export "caught") (call $two (i32.const 3)) (call $wait))
        (func (export "main") (call $two (i32.const 1))
            (loop (call $turn) (br_if 0 (i32.lt_u (global.get $turns) (i32.const 50))))
            (call $fail))
        (global $turns (mut i32) (i32.const 0))
        (func $turn (global.set $turns (i32.add (global.get $turns) (i32.const 1)))))"#;
    for (name, frames, seen_by_host) in
        [("thread", &[4, 7, 6][..], 2), ("caught", &[4, 7, 6], 2), ("main", &[4, 11], 0)]
    {
        // Instances of threads that were given up keep their pages.
        let engine = engine(|config| _ = config.threads(true).slice(3).concurrent_calls(5));
        let module = Module::new(&engine, instrumented(text, 8)).unwrap();
        let depth = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&depth);
        let mut linker = Linker::new(&engine);
        linker
            .func_wrap("host", "spawn", |mut caller: Caller<'_, ()>, argument: i32| {
                caller.spawn((), argument)
            })
            .unwrap();
        linker
            .func_wrap("host", "depth", move |mut caller: Caller<'_, ()>| {
                let backtrace = caller.as_context_mut().capture_backtrace()?;
                seen.store(backtrace.map_or(0, |it| it.depth()), Ordering::Relaxed);
                Ok::<_, Error>(())
            })
            .unwrap();
        linker
            .func_wrap("host", "try", |mut caller: Caller<'_, ()>| {
                let Some(Extern::Func(fail)) = caller.get_export("fail") else { return };
                assert!(fail.call(&mut caller, &[], &mut []).is_err());
            })
            .unwrap();
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).unwrap();
        assert!(call(&mut store, &instance, name).is_err());
        let expected = frames.iter().map(|it| Some(*it)).collect();
        assert_eq!(functions(&store), (expected, frames.len()), "{name}");
        assert_eq!(depth.load(Ordering::Relaxed), seen_by_host, "{name}");
    }
}
