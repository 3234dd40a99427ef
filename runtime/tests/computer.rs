//! On a PC an engine needs nothing static: the operating system has the memory and the cores.

use std::{
    fs,
    future::pending,
    io,
    path::PathBuf,
    pin::Pin,
    sync::{Arc, Barrier},
    task::{Context, Waker},
    thread,
};
use vellum::{
    Config, Engine, Error, Instance, Limit, LimitExceeded, Linker, Memory, MemoryType, Module,
    PAGE_SIZE, Platform, Store,
};

/// Pages that 32-bit addresses reach.
#[cfg(target_pointer_width = "64")]
const MOST: u32 = 65_536;

#[cfg(target_pointer_width = "64")]
#[test]
fn memories_grow_as_far_as_addresses_reach() {
    let mut store = Store::new(&Engine::default(), ());
    for maximum in [None, Some(MOST)] {
        let memory = Memory::new(&mut store, MemoryType::new(1, maximum)).unwrap();
        assert_eq!(memory.capacity(&store).unwrap(), MOST as usize * PAGE_SIZE);
        assert_eq!(memory.grow(&mut store, 99).unwrap(), 1);
        memory.write(&mut store, 100 * PAGE_SIZE - 4, b"last").unwrap();
        assert_eq!(memory.size(&store).unwrap(), 100);
        let error = memory.grow(&mut store, u64::from(MOST)).unwrap_err();
        assert!(matches!(error, Error::Memory(_)), "{error}");
    }
    let text = r#"(module (memory (export "memory") 1)
        (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))"#;
    let module = Module::new(store.engine(), text).unwrap();
    // Together they are more than any machine has.
    for _ in 0..50 {
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let grow = instance.get_typed_func::<u32, i32>(&store, "grow").unwrap();
        assert_eq!(grow.call(&mut store, 3).unwrap(), 1);
        assert_eq!(grow.call(&mut store, MOST).unwrap(), -1);
        let memory = instance.get_memory(&store, "memory").unwrap();
        assert!(memory.data(&store).unwrap().iter().all(|&byte| byte == 0));
    }
}

#[test]
fn growth_that_ends_at_a_lease_names_what_to_set() {
    let engine = Engine::new(Config::new().system_pages()).unwrap();
    let mut store = Store::new(&engine, ());
    let memory = Memory::new(&mut store, MemoryType::new(1, None)).unwrap();
    let error = memory.grow(&mut store, 1).unwrap_err().to_string();
    for name in ["declared maximum", "Config::memory_reserve", "Config::memory_maximum"] {
        assert!(error.contains(name), "{error}");
    }
    let nowhere = Engine::new(&Config::new()).unwrap();
    let error = Memory::new(Store::new(&nowhere, ()), MemoryType::new(1, None)).unwrap_err();
    assert!(error.to_string().contains("Config::system_pages"), "{error}");
}

/// Stores of one engine, each on a thread of its own, whose guests are in the host at the same time.
#[test]
fn eight_threads_call_at_once() {
    let engine = Engine::default();
    let barrier = Arc::new(Barrier::new(8));
    let mut linker = Linker::new(&engine);
    linker.func_wrap("", "meet", move || i32::from(barrier.wait().is_leader())).unwrap();
    let text = r#"(module (import "" "meet" (func $meet (result i32)))
        (func (export "run") (result i32) (call $meet)))"#;
    let module = Module::new(&engine, text).unwrap();
    let leaders: i32 = thread::scope(|scope| {
        let call = || {
            let mut store = Store::new(&engine, ());
            let instance = linker.instantiate(&mut store, &module).unwrap();
            let run = instance.get_typed_func::<(), i32>(&store, "run").unwrap();
            run.call(&mut store, ()).unwrap()
        };
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(call)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(leaders, 1);
}

/// How many calls may be active at once on an engine with threads.
#[cfg(feature = "threads")]
fn calls(config: &Config) -> usize {
    use vellum::Caller;
    let engine = Engine::new(config).unwrap();
    let mut linker = Linker::new(&engine);
    linker.func_wrap_async("", "wait", |_: Caller<'_, ()>, ()| Box::new(pending::<()>())).unwrap();
    let text = r#"(module (import "" "wait" (func $wait)) (func (export "run") (call $wait)))"#;
    let module = Module::new(&engine, text).unwrap();
    let mut active: Vec<Pin<Box<dyn Future<Output = _>>>> = Vec::new();
    loop {
        let mut store = Store::new(&engine, ());
        let instance = linker.instantiate(&mut store, &module).unwrap();
        let run = instance.get_typed_func::<(), ()>(&store, "run").unwrap();
        let mut call = Box::pin(async move { run.call_async(&mut store, ()).await });
        match call.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            std::task::Poll::Pending => active.push(call),
            std::task::Poll::Ready(result) => {
                let Err(Error::LimitExceeded(LimitExceeded { limit, maximum, .. })) = result else {
                    panic!("{result:?}")
                };
                assert_eq!((limit, maximum), (Limit::ConcurrentCalls, active.len() as u64));
                return active.len();
            }
        }
    }
}

#[cfg(feature = "threads")]
#[test]
fn threads_take_the_platform_and_the_cores() {
    static ONE_CORE: Platform = Platform::ONE_CORE;
    let cores = thread::available_parallelism().unwrap().get().min(128);
    let mut config = Config::new();
    config.max_threads(3).threads(true);
    assert_eq!(calls(&config), cores + 3);
    let here = Engine::new(&config).unwrap().platform().context();
    let there = thread::spawn(move || Engine::new(&config).unwrap().platform().context());
    assert_ne!(here, there.join().unwrap());
    // What the embedder says holds, before and after.
    for config in [
        Config::new().concurrent_calls(2).platform(&ONE_CORE).threads(true),
        Config::new().threads(true).concurrent_calls(2).platform(&ONE_CORE),
    ] {
        assert_eq!(calls(config), 2);
        let platform = Engine::new(config).unwrap().platform();
        assert_eq!(platform.context(), ONE_CORE.context());
    }
}

#[test]
fn modules_are_files() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let text = r#"(module (func (export "answer") (result i32) (i32.const 42)))"#;
    let (wat, wasm) = (folder.join("answer.wat"), folder.join("answer.wasm"));
    fs::write(&wat, text).unwrap();
    fs::write(&wasm, wat::parse_str(text).unwrap()).unwrap();
    for path in [wat, wasm] {
        let module = Module::from_file(&Engine::default(), path).unwrap();
        let mut store = Store::new(module.engine(), ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        let answer = instance.get_typed_func::<(), i32>(&store, "answer").unwrap();
        assert_eq!(answer.call(&mut store, ()).unwrap(), 42);
    }
    let error = Module::from_file(&Engine::default(), folder.join("none.wasm")).unwrap_err();
    assert!(error.to_string().contains("none.wasm: "), "{error}");
    let error = error.downcast_ref::<io::Error>().map(io::Error::kind);
    assert_eq!(error, Some(io::ErrorKind::NotFound));
}

#[test]
fn text_that_is_no_module_is_told_from_bytes_that_are_none() {
    let error = |bytes: &'static [u8]| match Module::new(&Engine::default(), bytes) {
        Err(Error::InvalidModule { offset, message }) => (offset.is_some(), message),
        other => panic!("{other:?}"),
    };
    let (has_offset, message) = error(b"(module (func $f) (func $f))");
    assert!(!has_offset && message.contains("duplicate func identifier"), "{message}");
    for bytes in [&b""[..], b"\0asm", b"\xff\xfe"] {
        let (has_offset, message) = error(bytes);
        assert!(has_offset, "{message}");
    }
    Module::new(&Engine::default(), String::from("(module)")).unwrap();
}
