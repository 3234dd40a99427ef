//! Stores that share a world, on threads of the operating system. Small enough for Miri:
//!
//! `MIRIFLAGS=-Zmiri-permissive-provenance cargo +nightly miri test -p vellum --test sharing`

use std::thread;
use vellum::{Config, Engine, Linker, MemoryType, Module, PagePool, Platform, SharedMemory, Store};

static PAGES: PagePool<[[u8; 64]; 8]> = PagePool::new();
static THREADS: Platform = Platform::STD;

const GUEST: &str = r#"(module
    (import "env" "memory" (memory 128 512 shared (pagesize 1)))
    (func (export "run") (param $times i32)
        (drop (memory.grow (i32.const 64)))
        (loop $next
            (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
            (drop (memory.atomic.notify (i32.const 8) (i32.const 1)))
            (br_if $next (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
        (block $done (loop $wait
            (br_if $done (i32.ge_u (i32.atomic.load (i32.const 8)) (i32.const 10)))
            (drop (memory.atomic.wait32 (i32.const 8) (i32.atomic.load (i32.const 8))
                (i64.const 1000000)))
            (br $wait)))))"#;

fn run(engine: &Engine, memory: &SharedMemory, module: &Module) {
    let mut store = Store::new(engine, ());
    let mut linker = Linker::new(engine);
    linker.define("env", "memory", memory.as_memory(&mut store).unwrap()).unwrap();
    let instance = linker.instantiate(&mut store, module).unwrap();
    let run = instance.get_typed_func::<i32, ()>(&store, "run").unwrap();
    run.call(&mut store, 5).unwrap();
}

#[test]
fn a_world_and_a_locked_neighbour() {
    let mut config = Config::new();
    config.page_pool(&PAGES).max_value_stack(1024).max_recursion_depth(4).concurrent_calls(2);
    let alone = Engine::new(&config).unwrap();
    let owner = Engine::new(config.threads(true).slice(7).platform(&THREADS)).unwrap();
    let ty = MemoryType::builder().min(128).max(Some(512)).page_size_log2(0).build().unwrap();
    let memory = SharedMemory::new(&owner, ty).unwrap();
    let guest = wat::parse_str(GUEST).unwrap();
    let native = Module::new(&owner, guest.clone()).unwrap();
    let locked = Module::new(&alone, guest).unwrap();
    thread::scope(|scope| {
        scope.spawn(|| run(&owner, &memory, &native));
        scope.spawn(|| run(&alone, &memory, &locked));
    });
    assert_eq!(memory.atomic_load::<u32>(8).unwrap(), 10);
    assert_eq!(memory.size().unwrap(), 256);
    memory.with(|bytes| assert!(bytes[12..].iter().all(|byte| *byte == 0))).unwrap();
    drop((memory, native, owner));
    assert_eq!(PAGES.leased(), 0);
}
