//! The same steps on a memory of this runtime and on one of `wasmtime` must come to the same.
//!
//! `cargo test -p vellum-host-tests --features differential --test differential`

mod guest;
mod operation;
mod ours;
mod side;
mod theirs;

use guest::{Limits, Maker};
use operation::sequence;
use ours::Ours;
use proptest::{
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use side::Side;
use std::{cell::RefCell, collections::HashSet};
use theirs::Theirs;

const fn pages(minimum: u32, maximum: u32) -> Limits {
    Limits { minimum, maximum, bytes: false }
}

const fn bytes(minimum: u32, maximum: u32) -> Limits {
    Limits { minimum, maximum, bytes: true }
}

const LIMITS: [Limits; 7] = [
    pages(0, 0),
    pages(0, 3),
    pages(1, 1),
    pages(1, 3),
    pages(2, 5),
    bytes(0, 40),
    bytes(100, 130),
];

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() })
}

#[test]
fn the_same_steps_come_to_the_same() {
    let (ours, theirs) = (RefCell::new(Ours::new()), RefCell::new(Theirs::new()));
    let kinds = RefCell::new(HashSet::new());
    let cases = (select(&LIMITS[..]), select(&[Maker::Host, Maker::Guest][..]))
        .prop_flat_map(|(limits, maker)| (Just(limits), Just(maker), sequence(limits)));
    let outcome = runner(600).run(&cases, |(limits, maker, steps)| {
        let mut ours = ours.borrow_mut().start(limits, maker);
        let mut theirs = theirs.borrow_mut().start(limits, maker);
        for step in &steps {
            let outcome = ours.apply(step);
            kinds.borrow_mut().insert(std::mem::discriminant(&outcome));
            prop_assert_eq!(outcome, theirs.apply(step), "{:?}", step);
            prop_assert!(ours.bytes() == theirs.bytes(), "bytes differ after {:?}", step);
        }
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(kinds.borrow().len(), 6, "every kind of outcome occurs");
}

/// Active segments: a few, with constant or computed offsets, some of them out of bounds.
#[test]
fn the_same_data_lands_in_the_same_place() {
    let (ours, theirs) = (Ours::new(), Theirs::new());
    let near = prop_oneof![0_u32..50, 65_500_u32..65_540, 131_050_u32..131_080, any::<u32>()];
    let segment = (near, "[a-z]{0,30}", any::<bool>());
    let cases = (0_u32..3, proptest::collection::vec(segment, 0..5), any::<bool>());
    let outcome = runner(300).run(&cases, |(minimum, segments, start)| {
        let mut text = format!(r#"(module (memory (export "memory") {minimum} 3)"#);
        for (offset, data, computed) in segments {
            let offset = match computed {
                true => format!("(i32.add (i32.const {offset}) (i32.const 7))"),
                false => format!("(i32.const {offset})"),
            };
            text += &format!("(data (offset {offset}) \"{data}\")");
        }
        if start {
            text += "(func $start (i32.store8 (i32.load8_u (i32.const 3)) (i32.const 33)))";
            text += "(start $start)";
        }
        let module = wat::parse_str(text + ")").expect("the module is text");
        prop_assert_eq!(ours.instantiate(&module), theirs.instantiate(&module));
        Ok(())
    });
    outcome.unwrap_or_else(|error| panic!("{error}"));
}
