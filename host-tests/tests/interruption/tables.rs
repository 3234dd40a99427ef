//! Operations on many elements of a table: the whole is checked first, and then done in pieces.

use crate::setup::{Handler, TICKING, config, module, store};
use std::fmt::Write as _;
use vellum::{Engine, Error, Instance, Nanoseconds, Ref, Store, Trap};

const ELEMENTS: i32 = 10_000;

/// Tables of functions and of objects, and segments as long.
fn text() -> String {
    let mut segment = String::new();
    (0..ELEMENTS).for_each(|element| write!(segment, " $f{}", element % 3).unwrap());
    format!(
        r#"(module
        (table $one (export "one") {ELEMENTS} {ELEMENTS} funcref)
        (table $other (export "other") {ELEMENTS} {ELEMENTS} funcref)
        (table $objects (export "objects") {ELEMENTS} {ELEMENTS} externref)
        (elem $segment func{segment})
        (func $f0 (result i32) (i32.const 0))
        (func $f1 (result i32) (i32.const 1))
        (func $f2 (result i32) (i32.const 2))
        (func (export "init") (param i32 i32 i32)
            (table.init $one $segment (local.get 0) (local.get 1) (local.get 2)))
        (func (export "drop") (param i32 i32 i32) (elem.drop $segment))
        (func (export "copy") (param i32 i32 i32)
            (table.copy $one $one (local.get 0) (local.get 1) (local.get 2)))
        (func (export "across") (param i32 i32 i32)
            (table.copy $other $one (local.get 0) (local.get 1) (local.get 2)))
        (func (export "fill") (param i32 i32 i32)
            (table.fill $one (local.get 0) (ref.func $f1) (local.get 2)))
        (func (export "fill-objects") (param i32 i32 i32)
            (table.fill $objects (local.get 0) (ref.null extern) (local.get 2))))"#
    )
}

fn guest(engine: &Engine) -> (Store<Handler>, Instance) {
    let (mut store, linker) = store(engine);
    let instance = linker.instantiate(&mut store, &module(engine, &text())).unwrap();
    (store, instance)
}

fn plain() -> (Store<Handler>, Instance) {
    let engine = Engine::new(config().interruptible(false)).unwrap();
    let mut store = Store::new(&engine, Handler::default());
    let instance = Instance::new(&mut store, &module(&engine, &text()), &[]).unwrap();
    (store, instance)
}

fn call(
    (store, instance): &mut (Store<Handler>, Instance),
    name: &str,
    operands: (i32, i32, i32),
) -> Result<(), Error> {
    let function = instance.get_typed_func::<(i32, i32, i32), ()>(&mut *store, name)?;
    function.call(store, operands)
}

/// The elements of a table: the number that the function gives, or nothing.
fn elements((store, instance): &mut (Store<Handler>, Instance), table: &str) -> Vec<Option<i32>> {
    let table = instance.get_table(&*store, table).unwrap();
    let mut element = |index| match table.get(&*store, index).unwrap().unwrap() {
        Ref::Func(func) => {
            let func = func?.typed::<(), i32>(&*store).unwrap();
            Some(func.call(&mut *store, ()).unwrap())
        }
        Ref::Extern(object) => object.map(|_| 0),
    };
    (0..ELEMENTS as u64).map(&mut element).collect()
}

#[test]
fn pieces_come_to_what_the_whole_does() {
    for slice in [1, 10_000] {
        let engine = Engine::new(config().slice(slice)).unwrap();
        let (mut whole, mut pieces) = (plain(), guest(&engine));
        let end = ELEMENTS;
        for (name, operands) in [
            ("init", (0, 0, end)),
            ("init", (7, 3, 5000)),
            ("copy", (1, 0, 3000)),
            ("copy", (0, 1, 3000)),
            ("copy", (600, 0, 3000)),
            ("copy", (5, 5, 1000)),
            ("across", (3, 5, 9000)),
            ("fill", (100, 0, 513)),
            ("fill", (end, 0, 0)),
            ("fill-objects", (0, 0, end)),
            // Out of bounds by one element, at the end or the beginning of what overflows.
            ("fill", (1, 0, end)),
            ("fill", (-1, 0, 2)),
            ("fill", (end + 1, 0, 0)),
            ("fill-objects", (end - 512, 0, 513)),
            ("copy", (0, 1, end)),
            ("copy", (1, 0, end)),
            ("across", (-512, 0, 513)),
            ("across", (0, -512, 513)),
            ("init", (0, 1, end)),
            ("init", (1, 0, end)),
            ("drop", (0, 0, 0)),
            ("init", (0, 0, 0)),
            ("init", (0, 0, 1)),
        ] {
            match (call(&mut whole, name, operands), call(&mut pieces, name, operands)) {
                (Ok(()), Ok(())) => {}
                (
                    Err(Error::Trap(Trap::TableOutOfBounds)),
                    Err(Error::Trap(Trap::TableOutOfBounds)),
                ) => {}
                others => panic!("{name} {operands:?}: {others:?}"),
            }
        }
        // Nothing that traps has changed anything.
        for table in ["one", "other", "objects"] {
            let (one, other) = (elements(&mut whole, table), elements(&mut pieces, table));
            assert!(one == other, "{table}, slices of {slice}");
        }
    }
}

#[test]
fn they_are_stopped_in_between() {
    let engine = Engine::new(config().slice(100)).unwrap();
    let mut guest = guest(&engine);
    let now = TICKING.now().unwrap();
    guest.0.set_deadline(Some(Nanoseconds(now.0 + 10))).unwrap();
    let stopped = call(&mut guest, "fill", (0, 0, ELEMENTS));
    assert!(matches!(stopped, Err(Error::DeadlineExceeded)), "{stopped:?}");
    guest.0.set_deadline(None).unwrap();
    let filled = elements(&mut guest, "one").iter().take_while(|element| element.is_some()).count();
    assert!((512..ELEMENTS as usize).contains(&filled), "{filled}");
    assert_eq!(filled % 512, 0);
}
