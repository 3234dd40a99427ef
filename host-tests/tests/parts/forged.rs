//! Modules in parts that no splitter writes: each ends with an error, and nothing else with it.

use vellum::{Error, ErrorKind, Linker, Module, PAGE_SIZE, PagePool, Store};
use vellum_host_tests::engine_with;
use vellum_host_tests::parts::{MAIN, ONE, TWO, module, stored, whole};

/// What calling `one` with 5 gives.
fn call(bytes: Vec<u8>) -> Result<i32, Error> {
    static PAGES: PagePool<[u8; 64 * PAGE_SIZE]> = PagePool::new();
    let engine = engine_with(&PAGES, |config| {
        config.consume_fuel(true);
    });
    let module = Module::new(&engine, bytes)?;
    let mut store = Store::new(&engine, ());
    store.set_fuel(100_000)?;
    let mut linker = Linker::new(&engine);
    linker.func_wrap("host", "size", || 1)?;
    let instance = linker.instantiate(&mut store, &module)?;
    instance.get_typed_func::<i32, i32>(&store, "one")?.call(&mut store, 5)
}

#[test]
fn a_part_has_functions_alone() {
    let with =
        |more: &str| ONE.replace("(elem (i32.const 0)", &format!("{more} (elem (i32.const 0)"));
    let parts = [
        with("(memory 1 2)"),
        with("(table 1 funcref)"),
        with("(data (i32.const 0) \"data\")"),
        with("(data \"data\")"),
        with("(start $start) (func $start)"),
    ];
    for part in parts {
        let error = call(module(MAIN, &[&part, TWO], &[0, 1])).expect_err(&part);
        assert_eq!(error.kind(), ErrorKind::Module, "{error:?}: {part}");
        assert!(error.to_string().contains("a part of a module has more than functions"));
    }
    let nested = stored(wat::parse_str(MAIN).expect("valid"), &[whole(), whole()], &[0, 1]);
    assert!(call(nested).is_err());
}

#[test]
fn a_part_that_does_not_bring_its_function_is_not_loaded_again() {
    let parts = [
        ONE.replace("(elem (i32.const 0) func $one)", ""),
        ONE.replace("i32.const 0) func", "i32.const 1) func"),
    ];
    for part in parts {
        let error = call(module(MAIN, &[&part, TWO], &[0, 0])).expect_err(&part);
        assert_eq!(error.kind(), ErrorKind::Internal, "{error:?}");
    }
}

#[test]
fn what_a_part_has_not_is_an_error() {
    let unknown = ONE.replace("vellum.parts.m0", "vellum.parts.m1");
    let mistyped = ONE.replace("(memory 1 2)", "(memory 3 4)");
    let outside = ONE.replace("(elem (i32.const 0)", "(elem (i32.const 2)");
    let outside_after = ONE.replace(
        "(elem (i32.const 0) func $one)",
        "(elem (i32.const 0) func $one) (elem (i32.const 2) func $one)",
    );
    let invalid = ONE.replace("(i32.const 8)", "(i64.const 8)");
    for part in [unknown, mistyped, outside, outside_after, invalid] {
        let bytes = module(MAIN, &[&part, TWO], &[0, 1]);
        assert!(call(bytes).is_err(), "{part}");
    }
    for of in [&[0][..], &[], &[2, 1], &[0, 2]] {
        assert!(call(module(MAIN, &[ONE, TWO], of)).is_err(), "{of:?}");
    }
}

#[test]
fn a_main_module_imports_what_loads_parts() {
    let other = MAIN.replace("\"load\"", "\"other\"");
    let mistyped =
        MAIN.replace("(func $load (param i32))", "(func $load (param i32) (result i32))");
    let mistyped = mistyped.replace("(return_call_indirect", "(drop) (return_call_indirect");
    for main in [other.as_str(), &mistyped, "(module)"] {
        let error = call(module(main, &[ONE, TWO], &[0, 1])).expect_err(main);
        assert_eq!(error.kind(), ErrorKind::Module, "{error:?}");
    }
}

/// A byte changed anywhere, or the rest missing, is an error or has no effect on the rest.
#[test]
fn any_change_of_the_bytes_is_survived() {
    let whole = whole();
    assert!(matches!(call(whole.clone()), Ok(6)));
    for length in 0..whole.len() {
        let _ = call(whole[..length].to_vec());
    }
    for at in 0..whole.len() {
        for change in [1, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[at] ^= change;
            let _ = call(changed);
        }
    }
}
