//! The host's functions, called by guests that are wrong or hostile.

use vellum::{Error, Linker, PAGE_SIZE, PagePool, Store, guest, guest::GuestPanic};
use vellum_host_tests::{engine, engine_with, load};

static POOL: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();

/// Calls a guest whose functions get these operands, and gives what it logged and how it ended.
fn run(function: &str, operands: &[u32], memory: &str) -> (Vec<String>, Result<(), Error>) {
    let engine = engine(&POOL);
    let operands: String = operands.iter().map(|value| format!("(i32.const {value})")).collect();
    let text = format!(
        r#"(module
            (import "vellum" "log" (func $log (param i32 i32)))
            (import "vellum" "panic" (func $panic (param i32 i32 i32 i32 i32 i32)))
            {memory}
            (func (export "run") (call ${function} {operands})))"#
    );
    let module = load(&engine, &text).expect("it is valid");
    let mut linker = Linker::new(&engine);
    let log = |lines: &mut Vec<String>, line: &str| lines.push(line.to_owned());
    guest::add_to_linker(&mut linker, log).expect("nothing is defined");
    let mut store = Store::new(&engine, Vec::new());
    let instance = linker.instantiate(&mut store, &module).expect("it links");
    let run = instance.get_typed_func::<(), ()>(&mut store, "run").expect("it is there");
    let ended = run.call(&mut store, ());
    (store.into_data(), ended)
}

const MEMORY: &str = r#"(memory (export "memory") 1 1) (data (i32.const 65532) "\ffab\c3")"#;

#[test]
fn texts_are_within_the_memory() {
    for operands in [[65_533, 4], [65_536, 1], [u32::MAX, 1], [1, u32::MAX]] {
        let (lines, ended) = run("log", &operands, MEMORY);
        assert!(matches!(ended, Err(Error::Access(_))), "{operands:?}: {ended:?}");
        assert!(lines.is_empty());
        let [at, length] = operands;
        for operands in [[at, length, 0, 0, 1, 1], [0, 0, at, length, 1, 1]] {
            let (_, ended) = run("panic", &operands, MEMORY);
            assert!(matches!(ended, Err(Error::Access(_))), "{operands:?}: {ended:?}");
        }
    }
    let (lines, ended) = run("log", &[65_533, 2], MEMORY);
    assert!(ended.is_ok());
    assert_eq!(lines, ["ab"]);
    assert_eq!(run("log", &[65_536, 0], MEMORY).0, [""]);
}

#[test]
fn texts_are_utf_8() {
    for operands in [[65_532, 3], [65_533, 3]] {
        let (lines, ended) = run("log", &operands, MEMORY);
        let error = ended.expect_err("it is no text");
        assert!(error.downcast_ref::<core::str::Utf8Error>().is_some(), "{error:?}");
        assert!(lines.is_empty());
    }
}

#[test]
fn a_guest_without_memory_has_no_texts() {
    let (_, ended) = run("log", &[0, 0], "");
    assert!(matches!(&ended, Err(Error::UnknownExport(name)) if &**name == "memory"), "{ended:?}");
}

#[test]
fn of_a_panic_no_more_is_kept_than_its_start() {
    let memory =
        format!(r#"(memory (export "memory") 1 1) (data (i32.const 1) "{}")"#, "é".repeat(400));
    let (_, ended) = run("panic", &[0, 799, 1, 800, u32::MAX, 0], &memory);
    let error = ended.expect_err("it panics");
    let panic = error.downcast_ref::<GuestPanic>().expect("a panic");
    assert_eq!((panic.message().len(), panic.file()), (255, "é".repeat(128).as_str()));
    assert_eq!((panic.line(), panic.column()), (u32::MAX, 0));
}

#[test]
fn texts_cost_fuel() {
    let engine = engine_with(&POOL, |config| {
        config.consume_fuel(true);
    });
    let text = r#"(module (import "vellum" "log" (func $log (param i32 i32)))
        (memory (export "memory") 1 1)
        (func (export "run") (param i32) (call $log (i32.const 0) (local.get 0))))"#;
    let module = load(&engine, text).expect("it is valid");
    let mut linker = Linker::new(&engine);
    guest::add_to_linker(&mut linker, |(), _| {}).expect("nothing is defined");
    let mut store = Store::new(&engine, ());
    store.set_fuel(1_000).expect("there is fuel");
    let instance = linker.instantiate(&mut store, &module).expect("it links");
    let run = instance.get_typed_func::<u32, ()>(&mut store, "run").expect("it is there");
    let mut fuel_of = |length| {
        store.set_fuel(1_000).expect("there is fuel");
        run.call(&mut store, length).map(|()| 1_000 - store.get_fuel().expect("there is fuel"))
    };
    let (none, some) = (fuel_of(0).expect("enough"), fuel_of(6_400).expect("enough"));
    assert_eq!(some - none, 100);
    assert!(matches!(fuel_of(64_000), Err(Error::OutOfFuel)));
}

#[test]
fn names_are_defined_once() {
    let mut linker = Linker::<()>::new(&engine(&POOL));
    guest::add_to_linker(&mut linker, |(), _| {}).expect("nothing is defined");
    let again = guest::add_to_linker(&mut linker, |(), _| {});
    assert!(matches!(again, Err(Error::DuplicateDefinition { .. })), "{again:?}");
}
