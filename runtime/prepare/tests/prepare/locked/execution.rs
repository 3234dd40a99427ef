//! A module does the same to a locked memory as to an open one.

use crate::atomics::instructions::Instruction;
use crate::guest::Guest;
use proptest::prelude::*;
use vellum_prepare::Options;
use wasmi::Val;

/// Every load and store that is not atomic: its name, the type of its value, and how that is an
/// integer.
const PLAIN: [(&str, &str, &str, &str); 23] = [
    ("i32.load", "i32", "", ""),
    ("i64.load", "i64", "", ""),
    ("f32.load", "i32", "", "i32.reinterpret_f32"),
    ("f64.load", "i64", "", "i64.reinterpret_f64"),
    ("i32.load8_s", "i32", "", ""),
    ("i32.load8_u", "i32", "", ""),
    ("i32.load16_s", "i32", "", ""),
    ("i32.load16_u", "i32", "", ""),
    ("i64.load8_s", "i64", "", ""),
    ("i64.load8_u", "i64", "", ""),
    ("i64.load16_s", "i64", "", ""),
    ("i64.load16_u", "i64", "", ""),
    ("i64.load32_s", "i64", "", ""),
    ("i64.load32_u", "i64", "", ""),
    ("i32.store", "i32", "", ""),
    ("i64.store", "i64", "", ""),
    ("f32.store", "i32", "f32.reinterpret_i32", ""),
    ("f64.store", "i64", "f64.reinterpret_i64", ""),
    ("i32.store8", "i32", "", ""),
    ("i32.store16", "i32", "", ""),
    ("i64.store8", "i64", "", ""),
    ("i64.store16", "i64", "", ""),
    ("i64.store32", "i64", "", ""),
];

/// What takes three integers, or fewer, and gives one, or none.
const WHOLE: [(&str, &str); 7] = [
    ("size", "(result i32) memory.size 1"),
    ("grow", "(param i32) (result i32) (memory.grow 1 (i32.and (local.get 0) (i32.const 3)))"),
    ("fill", "(param i32 i32 i32) (memory.fill 1 (local.get 0) (local.get 1) (local.get 2))"),
    ("within", "(param i32 i32 i32) (memory.copy 1 1 (local.get 0) (local.get 1) (local.get 2))"),
    ("out", "(param i32 i32 i32) (memory.copy 0 1 (local.get 0) (local.get 1) (local.get 2))"),
    ("in", "(param i32 i32 i32) (memory.copy 1 0 (local.get 0) (local.get 1) (local.get 2))"),
    (
        "init",
        "(param i32 i32 i32)
            (memory.init 1 0 (local.get 0) (i32.and (local.get 1) (i32.const 15))
                (i32.and (local.get 2) (i32.const 7)))",
    ),
];

/// The exports: their names and the types of their parameters, `true` for `i64`.
fn functions() -> (String, Vec<(String, Vec<bool>)>) {
    let mut text = String::new();
    let mut exports = Vec::new();
    for (name, ty, into, from) in PLAIN {
        let long = ty == "i64";
        let (params, results, operand) = if name.contains("store") {
            exports.push((name.to_owned(), vec![false, long]));
            (format!("i32 {ty}"), String::new(), format!("local.get 1 {into}"))
        } else {
            exports.push((name.to_owned(), vec![false]));
            ("i32".into(), format!("(result {ty})"), String::new())
        };
        text += &format!(
            "(func (export \"{name}\") (param {params}) {results}
                local.get 0 {operand} {name} 1 offset=5 {from})\n"
        );
    }
    for instruction in Instruction::all() {
        let name = instruction.name();
        text += &instruction.function(&name, false, 1, 8);
        let mut params = vec![false];
        params.extend(vec![instruction.long; instruction.operands()]);
        exports.push((name, params));
    }
    for (name, function) in WHOLE {
        text += &format!("(func (export \"{name}\") {function})\n");
        let count = if function.contains("i32 i32 i32") { 3 } else { usize::from(name == "grow") };
        exports.push((name.to_owned(), vec![false; count]));
    }
    (text, exports)
}

fn argument() -> impl Strategy<Value = u64> {
    prop_oneof![6 => 0..64u64, 2 => 65500..65540u64, 1 => any::<u64>(), 1 => any::<u32>().prop_map(u64::from)]
}

#[test]
fn all_agree() {
    let (text, exports) = functions();
    let text = format!(r#"(module (memory 1) (memory 1 3) (data "0123456789") {text})"#);
    let options = Options::new().threads(true);
    let mut open = Guest::with(&text, &options);
    let mut locked = Guest::with(&text, &options.locked(vec![1]));
    let step = (0..exports.len(), [argument(), argument(), argument()]);
    let steps = prop::collection::vec(step, 1..300);
    let config = ProptestConfig { cases: 100, failure_persistence: None, ..Default::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    let guests = std::cell::RefCell::new((&mut open, &mut locked));
    runner
        .run(&steps, |steps| {
            let (open, locked) = &mut *guests.borrow_mut();
            for (export, arguments) in steps {
                let (name, params) = &exports[export];
                let arguments = params.iter().zip(arguments).map(|(long, argument)| {
                    if *long { Val::I64(argument as i64) } else { Val::I32(argument as i32) }
                });
                let arguments: Vec<_> = arguments.collect();
                let (one, other) = (open.call(name, &arguments), locked.call(name, &arguments));
                prop_assert_eq!(one, other, "{} {:?}", name, arguments);
            }
            for memory in 0..2 {
                prop_assert!(open.bytes(memory) == locked.bytes(memory), "memory {}", memory);
            }
            Ok(())
        })
        .expect("all agree");
    // Nothing went past the host.
    assert!(locked.memories[1].data(&locked.store).iter().all(|byte| *byte == 0));
    assert!(locked.bytes(1).iter().any(|byte| *byte != 0));
}
