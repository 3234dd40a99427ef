//! Deadlines, by a clock that advances when it is looked at.

use crate::setup::{TICKING, config, guest};
use vellum::{
    Config, ConfigError, Engine, Error, ErrorKind, MemoryType, Nanoseconds, Platform, SharedMemory,
    Store, wasi,
};

const LOOP: &str = r#"(module
    (func (export "spin") (loop (br 0)))
    (func (export "nop")))"#;

fn soon() -> Option<Nanoseconds> {
    Some(Nanoseconds(TICKING.now()?.0 + 50))
}

#[test]
fn a_call_ends_at_its_deadline_and_others_after_it() {
    for threads in [false, true] {
        let engine = Engine::new(config().threads(threads).slice(100)).unwrap();
        let (mut store, instance) = guest(&engine, LOOP);
        let run = |store: &mut Store<_>, name| crate::setup::call(store, &instance, name);
        store.set_deadline(soon()).unwrap();
        for name in ["spin", "nop"] {
            let error = run(&mut store, name).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Interruption);
            assert_eq!(error.to_string(), "deadline exceeded");
        }
        store.set_deadline(None).unwrap();
        run(&mut store, "nop").unwrap();
        // It is not a request to stop.
        assert!(!store.interrupt_handle().unwrap().is_interrupted());
    }
}

#[test]
fn waits_end_at_the_deadline() {
    let engine = Engine::new(config().threads(true)).unwrap();
    let memory = SharedMemory::new(&engine, MemoryType::shared(1, 1)).unwrap();
    let (mut store, mut linker) = crate::setup::store(&engine);
    linker.define("env", "memory", memory.as_memory(&mut store).unwrap()).unwrap();
    let text = r#"(module (import "env" "memory" (memory 1 1 shared))
        (func (export "run") (drop (memory.atomic.wait32
            (i32.const 0) (i32.const 0) (i64.const 1_000_000_000)))))"#;
    let instance = linker.instantiate(&mut store, &crate::setup::module(&engine, text)).unwrap();
    store.set_deadline(soon()).unwrap();
    let stopped = crate::setup::call(&mut store, &instance, "run");
    assert!(matches!(stopped, Err(Error::DeadlineExceeded)), "{stopped:?}");
    assert_eq!(memory.atomic_notify(0, u32::MAX).unwrap(), 0);
}

#[test]
fn a_deadline_needs_a_clock() {
    let engine = Engine::new(config().platform(&Platform::ONE_CORE)).unwrap();
    let mut store = Store::new(&engine, ());
    let error = store.set_deadline(Some(Nanoseconds(1))).unwrap_err();
    assert!(matches!(error, Error::Config(ConfigError::Clock)), "{error}");
    store.set_deadline(None).unwrap();
    let mut store = Store::new(&Engine::new(Config::new().platform(&TICKING)).unwrap(), ());
    let error = store.set_deadline(Some(Nanoseconds(1))).unwrap_err();
    assert!(matches!(error, Error::Config(ConfigError::Interruptible)), "{error}");
}

/// A program of the system interface that sleeps for an hour.
struct Host;

impl Clone for Host {
    fn clone(&self) -> Self {
        Self
    }
}

impl wasi::Wasi for Host {
    fn write(&mut self, _: wasi::Stream, _: &[u8]) -> Result<(), wasi::Errno> {
        Ok(())
    }
}

#[test]
fn sleeps_of_the_system_interface_end_at_the_deadline() {
    for threads in [false, true] {
        sleep_until_the_deadline(&Engine::new(config().threads(threads)).unwrap());
    }
}

fn sleep_until_the_deadline(engine: &Engine) {
    let mut store = Store::new(engine, Host);
    let mut linker = vellum::Linker::new(engine);
    wasi::add_to_linker(&mut linker).unwrap();
    let text = r#"(module
        (import "wasi_snapshot_preview1" "poll_oneoff"
            (func $poll (param i32 i32 i32 i32) (result i32)))
        (memory (export "memory") 1 1)
        (func (export "run")
            (i32.store (i32.const 16) (i32.const 1))
            (i64.store (i32.const 24) (i64.const 3600_000_000_000))
            (drop (call $poll (i32.const 0) (i32.const 64) (i32.const 1) (i32.const 128)))))"#;
    let instance = linker.instantiate(&mut store, &crate::setup::module(engine, text)).unwrap();
    let run = instance.get_typed_func::<(), ()>(&store, "run").unwrap();
    store.set_deadline(soon()).unwrap();
    let stopped = run.call(&mut store, ());
    assert!(matches!(stopped, Err(Error::DeadlineExceeded)), "{stopped:?}");
}
