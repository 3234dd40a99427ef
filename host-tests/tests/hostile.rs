//! Hostile modules: the right error each time, and a good module runs after each on the same pool.

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config as Cases, TestRunner},
};
use std::{borrow::Cow, fs};
use vellum::{
    CompilationMode, Config, Engine, Error, Linker, Module, ModuleLimits, PAGE_SIZE, PagePool,
    Store,
};
use vellum_host_tests::{
    engine_with,
    hostile::{self, attempt, read},
};
use vellum_prepare::{Options, prepare_to_vec};
use vellum_scenarios::{
    host::Recorder,
    runner::{self, Call, Resources},
};

/// Runs a line of the list as the boards do, and gives the last line it printed.
fn run(pages: &'static PagePool, run: &hostile::Run) -> String {
    let platform = Recorder::default();
    let invoke = run.invoke.as_deref().map(Cow::from);
    let call = Call { fuel: run.fuel, invoke, ..Call::default() };
    let module = read(&run.file).into();
    match runner::run(&platform, &Resources::small(pages), module, &call) {
        Ok(()) => {
            let mut lines = platform.lines();
            lines.retain(|line| !line.starts_with("refused growths: "));
            lines.pop().unwrap_or_else(|| "nothing".to_owned())
        }
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn every_run_of_the_list_ends_as_it_says() {
    static PAGES: PagePool<[u8; 32 * PAGE_SIZE]> = PagePool::new();
    let runs = hostile::list();
    assert!(runs.len() > 100, "the list is there");
    let mut wrong = Vec::new();
    for listed in runs {
        let printed = run(&PAGES, &listed);
        if !listed.expected.iter().any(|expected| printed.starts_with(expected)) {
            wrong.push(format!("{} {:?}: {printed}", listed.file, listed.expected));
        }
        assert_eq!(PAGES.leased(), 0, "{} keeps pages", listed.file);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_good_module_follows_each_hostile_one() {
    let runs = hostile::list();
    for pair in runs.chunks(2) {
        let [bad, good] = pair else { panic!("the list ends with a good module") };
        assert_ne!(bad.file, "good.wat");
        assert_eq!((good.file.as_str(), &*good.expected), ("good.wat", &["result: 42".into()][..]));
    }
}

#[test]
fn every_module_of_the_folder_is_in_the_list() {
    let runs = hostile::list();
    for entry in fs::read_dir(hostile::folder()).expect("the folder is there") {
        let name = entry.expect("it is readable").file_name().into_string().expect("it is text");
        assert!(name == "LIST" || runs.iter().any(|run| run.file == name), "{name}");
    }
}

#[test]
fn the_binary_modules_are_as_generated() {
    for (name, bytes) in hostile::binaries() {
        assert!(read(name) == bytes, "{name}: run `cargo run -p vellum-host-tests --bin hostile`");
    }
}

/// An engine without limits on modules, on a pool that no other test leases from.
fn engine(pool: &'static PagePool) -> Engine {
    engine_with(pool, |config| {
        config.consume_fuel(true).module_limits(ModuleLimits::UNLIMITED).memory_maximum(4);
    })
}

fn check(engine: &Engine, pages: &PagePool, good: &[u8], bad: &[u8]) {
    let bad = attempt(engine, bad);
    assert!(bad.unexpected().is_none(), "{bad:?}");
    assert_eq!(pages.leased(), 0);
    assert!(attempt(engine, good).is_good(), "a good module runs");
}

/// Every way to cut or change a module a little, also of one that was prepared ahead of time.
#[test]
fn changed_modules_fail_in_order() {
    static PAGES: PagePool<[u8; 32 * PAGE_SIZE]> = PagePool::new();
    let plain = read("good.wat");
    let prepared = prepare_to_vec(&plain, &Options::new()).expect("it is valid");
    let engine = engine(&PAGES);
    for good in [plain, prepared] {
        for end in 0..good.len() {
            // Sections may end where the cut is: what is left is another module, then.
            let cut = attempt(&engine, &good[..end]);
            assert!(cut.unexpected().is_none(), "cut at {end}: {cut:?}");
        }
        for at in 0..good.len() {
            for change in [0x01, 0x80, 0xff] {
                let mut bad = good.clone();
                bad[at] ^= change;
                let changed = attempt(&engine, &bad);
                assert!(changed.unexpected().is_none(), "byte {at} ^ {change:#x}: {changed:?}");
            }
        }
        check(&engine, &PAGES, &good, &[]);
    }
}

#[test]
fn random_bytes_fail_in_order() {
    static PAGES: PagePool<[u8; 32 * PAGE_SIZE]> = PagePool::new();
    let (engine, good) = (engine(&PAGES), read("good.wat"));
    let noise = vec(any::<u8>(), 0..300);
    let changes = vec((any::<proptest::sample::Index>(), any::<u8>()), 1..6);
    let outcome =
        TestRunner::new(Cases { cases: 2000, failure_persistence: None, ..Cases::default() }).run(
            &(any::<bool>(), noise, changes),
            |(headed, noise, changes)| {
                let mut bytes = if headed { b"\0asm\x01\0\0\0".to_vec() } else { Vec::new() };
                bytes.extend(noise);
                check(&engine, &PAGES, &good, &bytes);
                let mut bytes = good.clone();
                for (at, byte) in changes {
                    bytes[at.index(good.len())] = byte;
                }
                check(&engine, &PAGES, &good, &bytes);
                Ok(())
            },
        );
    outcome.unwrap_or_else(|error| panic!("{error}"));
}

/// The interpreter would translate them before it refuses them, and panic at a loop.
#[test]
fn operators_behind_the_end_are_refused_when_a_module_is_loaded() {
    use CompilationMode::{Eager, Lazy};
    const NOP: u8 = 1;
    const END: u8 = 0x0b;
    const CALL: u8 = 0x10;
    const DROP: u8 = 0x1a;
    const LOOP: [u8; 2] = [3, 0x40];
    for (body, offset) in [
        (&[NOP, END, DROP][..], 25),
        (&[END, END], 24),
        (&[END, LOOP[0], LOOP[1], END], 24),
        (&[CALL, 0, END, LOOP[0], LOOP[1], END], 26),
        (&[LOOP[0], LOOP[1], END, END, LOOP[0], LOOP[1], END, END], 27),
    ] {
        let mut module = b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x0a".to_vec();
        let length = body.len() as u8 + 1;
        module.extend([length + 2, 1, length, 0].iter().chain(body));
        for (fuel, mode) in [(false, Eager), (true, Eager), (false, Lazy), (true, Lazy)] {
            let config = &mut Config::new();
            let engine = Engine::new(config.consume_fuel(fuel).compilation_mode(mode));
            let error = Module::new(&engine.expect("it is valid"), module.clone());
            let error = error.expect_err("it is not");
            let Error::InvalidModule { offset: Some(at), .. } = error else { panic!("{error:?}") };
            assert_eq!(at, offset, "{body:x?}: {error}");
        }
    }
}

#[test]
fn invalid_functions_are_found_before_they_are_called() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let text = r#"(module (memory 1) (func (export "f") (drop (i32.eqz (i64.const 0)))))"#;
    let engine = |mode| {
        engine_with(&PAGES, |config| {
            config.compilation_mode(mode);
        })
    };
    for mode in [CompilationMode::Eager, CompilationMode::Lazy] {
        let error = vellum_host_tests::load(&engine(mode), text).unwrap_err();
        assert!(matches!(error, Error::InvalidModule { offset: Some(_), .. }), "{error}");
    }
}

#[test]
fn functions_of_an_instance_that_failed_are_out_of_reach() {
    static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
    let mut store = Store::new(&engine(&PAGES), ());
    store.set_fuel(1_000_000).unwrap();
    let first = r#"(module (table (export "table") 2 2 funcref) (elem (i32.const 1) $own)
        (func $own (result i32) (i32.const 7))
        (func (export "call") (param i32) (result i32)
            (call_indirect (result i32) (local.get 0))))"#;
    let first = vellum_host_tests::instance(&mut store, first).unwrap();
    // Its second segment is out of bounds, behind a first one that is not.
    let second = r#"(module (import "first" "table" (table 2 funcref)) (global $g (mut i32) (i32.const 1))
        (elem (i32.const 0) $f $f) (elem (i32.const 2) $f)
        (func $f (result i32) (global.get $g)))"#;
    let module = vellum_host_tests::load(store.engine(), second).unwrap();
    let mut linker = Linker::new(store.engine());
    linker.instance(&mut store, "first", first).unwrap();
    linker.instantiate(&mut store, &module).unwrap_err();
    let call = first.get_typed_func::<i32, i32>(&store, "call").unwrap();
    let error = call.call(&mut store, 0).unwrap_err();
    assert!(matches!(error, Error::Trap(vellum::Trap::UninitializedElement)), "{error}");
    assert_eq!(call.call(&mut store, 1).unwrap(), 7);
}
