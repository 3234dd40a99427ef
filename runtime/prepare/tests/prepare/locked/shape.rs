//! What accesses to locked memories become.

use crate::modules::{MODULES, validate, wasm};
use std::borrow::Cow;
use vellum_memory::AtomicRmw;
use vellum_prepare::{Access, Helper, Options, prepare, prepare_to_vec};
use wasmparser::{Parser, Payload};

fn options(locked: &[u32]) -> Options {
    Options::new().threads(true).locked(locked.to_vec())
}

/// The text of the body of the only function, one operator after the other.
fn body(module: &[u8]) -> String {
    let mut text = String::new();
    for payload in Parser::new(0).parse_all(module) {
        let Payload::CodeSectionEntry(body) = payload.expect("the module is well-formed") else {
            continue;
        };
        for local in body.get_locals_reader().expect("local variables") {
            let (count, ty) = local.expect("local variables");
            text += &format!("{count}*{ty} ");
        }
        for operator in body.get_operators_reader().expect("operators") {
            text += &format!("{:?} ", operator.expect("an operator"));
        }
    }
    text
}

/// Lowers a function of a module whose memory 1 is locked, beside a memory 0 that is not, and
/// compares its body.
fn becomes(memory: &str, code: &str, expected: &str) -> Vec<Helper> {
    let module = wasm(&format!(
        r#"(module (memory 1) (memory {memory}) (data "") (table 1 funcref)
            (func (param i32 i64 f32 f64) {code}))"#
    ));
    let prepared = prepare(&module, &options(&[1])).unwrap_or_else(|e| panic!("{code}: {e}"));
    assert_eq!(validate(&prepared.code), Ok(()), "{code}");
    let expected = wasm(&format!(
        "(module (type (func (param i32 i64 f32 f64))) (type (func)) (type (func))
            (memory 1) (memory 1) (func (type 0) {expected}))"
    ));
    assert_eq!(body(&prepared.code), body(&expected), "{code}");
    let memories: Vec<_> = prepared.memories.iter().map(|memory| memory.locked).collect();
    assert_eq!(memories, [false, true]);
    prepared.helpers
}

/// A call of the only helper.
const CALL: &str = "i32.const 0 call_indirect 1 (type 1)";

fn code(width_log2: u8, atomic: bool, operation: AtomicRmw) -> i32 {
    Access { memory: 1, width_log2, atomic, operation }.encode()
}

#[test]
fn loads() {
    for (instruction, width, conversion) in [
        ("i32.load", 2, "i32.wrap_i64"),
        ("i64.load", 3, ""),
        ("f32.load", 2, "i32.wrap_i64 f32.reinterpret_i32"),
        ("f64.load", 3, "f64.reinterpret_i64"),
        ("i32.load8_s", 0, "i32.wrap_i64 i32.extend8_s"),
        ("i32.load8_u", 0, "i32.wrap_i64"),
        ("i32.load16_s", 1, "i32.wrap_i64 i32.extend16_s"),
        ("i32.load16_u", 1, "i32.wrap_i64"),
        ("i64.load8_s", 0, "i64.extend8_s"),
        ("i64.load8_u", 0, ""),
        ("i64.load16_s", 1, "i64.extend16_s"),
        ("i64.load16_u", 1, ""),
        ("i64.load32_s", 2, "i64.extend32_s"),
        ("i64.load32_u", 2, ""),
        ("i32.atomic.load", 2, "i32.wrap_i64"),
        ("i64.atomic.load", 3, ""),
        ("i32.atomic.load8_u", 0, "i32.wrap_i64"),
        ("i64.atomic.load32_u", 2, ""),
    ] {
        let access = code(width, instruction.contains("atomic"), AtomicRmw::Add);
        let helpers = becomes(
            "1",
            &format!("(drop ({instruction} 1 offset=300 (local.get 0)))"),
            &format!("local.get 0 i64.const 300 i32.const {access} {CALL} {conversion} drop"),
        );
        assert_eq!(helpers, [Helper::Load { wide: false }], "{instruction}");
    }
}

#[test]
fn stores() {
    for (instruction, width, value, conversion) in [
        ("i32.store", 2, 0, "i64.extend_i32_u"),
        ("i64.store", 3, 1, ""),
        ("f32.store", 2, 2, "i32.reinterpret_f32 i64.extend_i32_u"),
        ("f64.store", 3, 3, "i64.reinterpret_f64"),
        ("i32.store8", 0, 0, "i64.extend_i32_u"),
        ("i32.store16", 1, 0, "i64.extend_i32_u"),
        ("i64.store8", 0, 1, ""),
        ("i64.store16", 1, 1, ""),
        ("i64.store32", 2, 1, ""),
        ("i32.atomic.store16", 1, 0, "i64.extend_i32_u"),
        ("i64.atomic.store", 3, 1, ""),
    ] {
        let access = code(width, instruction.contains("atomic"), AtomicRmw::Add);
        let helpers = becomes(
            "i64 1",
            &format!("({instruction} 1 (local.get 1) (local.get {value}))"),
            &format!(
                "local.get 1 local.get {value} {conversion} i64.const 0 i32.const {access} {CALL}"
            ),
        );
        assert_eq!(helpers, [Helper::Store { wide: true }], "{instruction}");
    }
}

#[test]
fn read_modify_writes() {
    for (name, operation) in
        ["add", "sub", "and", "or", "xor", "xchg"].into_iter().zip(AtomicRmw::ALL)
    {
        let access = code(1, true, operation);
        let helpers = becomes(
            "1",
            &format!("(drop (i32.atomic.rmw16.{name}_u 1 (local.get 0) (i32.const 7)))"),
            &format!(
                "local.get 0 i32.const 7 i64.extend_i32_u i64.const 0 i32.const {access} {CALL}
                i32.wrap_i64 drop"
            ),
        );
        assert_eq!(helpers, [Helper::Rmw { wide: false }]);
        let access = code(3, true, operation);
        becomes(
            "1",
            &format!("(drop (i64.atomic.rmw.{name} 1 (local.get 0) (i64.const 7)))"),
            &format!("local.get 0 i64.const 7 i64.const 0 i32.const {access} {CALL} drop"),
        );
    }
    let access = code(0, true, AtomicRmw::Add);
    let helpers = becomes(
        "1",
        "(drop (i32.atomic.rmw8.cmpxchg_u 1 (local.get 0) (i32.const 7) (i32.const 8)))",
        &format!(
            "(local i32) local.get 0 i32.const 7 i32.const 8
            local.set 4 i64.extend_i32_u local.get 4 i64.extend_i32_u
            i64.const 0 i32.const {access} {CALL} i32.wrap_i64 drop"
        ),
    );
    assert_eq!(helpers, [Helper::CompareExchange { wide: false }]);
    let access = code(2, true, AtomicRmw::Add);
    becomes(
        "1",
        "(drop (i64.atomic.rmw32.cmpxchg_u 1 (local.get 0) (i64.const 7) (i64.const 8)))",
        &format!("local.get 0 i64.const 7 i64.const 8 i64.const 0 i32.const {access} {CALL} drop"),
    );
}

#[test]
fn whole_memories() {
    let (narrow, wide) = ("1", "i64 1");
    for (memory, instructions, lowered, helper) in [
        (narrow, "memory.size 1 drop", "i32.const 1 {} drop", Helper::Size { wide: false }),
        (wide, "memory.size 1 drop", "i32.const 1 {} drop", Helper::Size { wide: true }),
        (
            narrow,
            "(drop (memory.grow 1 (i32.const 3)))",
            "i32.const 3 i32.const 1 {} drop",
            Helper::Grow { wide: false },
        ),
        (
            wide,
            "(memory.fill 1 (i64.const 3) (i32.const 4) (i64.const 5))",
            "i64.const 3 i32.const 4 i64.const 5 i32.const 1 {}",
            Helper::Fill { wide: true },
        ),
        (
            narrow,
            "(memory.copy 1 1 (i32.const 3) (i32.const 4) (i32.const 5))",
            "i32.const 3 i32.const 4 i32.const 5 i32.const 1 i32.const 1 {}",
            Helper::Copy { to_wide: false, from_wide: false },
        ),
        (
            wide,
            "(memory.copy 1 0 (i64.const 3) (i32.const 4) (i32.const 5))",
            "i64.const 3 i32.const 4 i32.const 5 i32.const 1 i32.const 0 {}",
            Helper::Copy { to_wide: true, from_wide: false },
        ),
        (
            wide,
            "(memory.copy 0 1 (i32.const 3) (i64.const 4) (i32.const 5))",
            "i32.const 3 i64.const 4 i32.const 5 i32.const 0 i32.const 1 {}",
            Helper::Copy { to_wide: false, from_wide: true },
        ),
        (
            narrow,
            "(memory.init 1 0 (i32.const 3) (i32.const 4) (i32.const 5))",
            "i32.const 3 i32.const 4 i32.const 5 i32.const 0 i32.const 1 {}",
            Helper::MemoryInit { wide: false },
        ),
        (
            narrow,
            "(drop (memory.atomic.notify 1 offset=4 (i32.const 4) (i32.const 5)))",
            "i32.const 4 i32.const 5 i64.const 4 i32.const 1 {} drop",
            Helper::Notify { wide: false },
        ),
    ] {
        assert_eq!(becomes(memory, instructions, &lowered.replace("{}", CALL)), [helper]);
    }
}

#[test]
fn other_memories_are_open() {
    let same = "(i32.store (local.get 0) (i32.load8_s (local.get 0)))
        (drop (memory.grow (memory.size)))
        (memory.copy (local.get 0) (local.get 0) (local.get 0))
        (memory.fill (local.get 0) (local.get 0) (local.get 0))";
    assert_eq!(becomes("1", same, same), []);
}

#[test]
fn atomics_are_calls_without_threads_too() {
    let module = wasm(
        "(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))
            (drop (i32.load (i32.const 0)))))",
    );
    let prepared = prepare(&module, &Options::new().locked(vec![0])).expect("a valid module");
    assert_eq!(prepared.helpers, [Helper::Load { wide: false }]);
    assert!(!body(&prepared.code).contains("I32AtomicLoad"));
}

#[test]
fn memories_that_are_not_there_are_not_locked() {
    let module = wasm(r#"(module (import "m" "n" (memory 1)) (func (drop (memory.size))))"#);
    let prepared = prepare(&module, &options(&[1, u32::MAX])).expect("a valid module");
    assert!(matches!(prepared.code, Cow::Borrowed(_)));
    assert!(!prepared.memories[0].locked);
}

/// The interpreter has no page of a memory that the module imports, whatever its type says.
#[test]
fn imported_memories_are_empty() {
    let module = wasm(
        r#"(module (import "m" "a" (memory 3 5 shared)) (import "m" "b" (memory 3))
            (import "m" "c" (memory 300)))"#,
    );
    let prepared = prepare(&module, &options(&[0, 2])).expect("a valid module");
    let expected = wasm(
        r#"(module (import "m" "a" (memory 0 5)) (import "m" "b" (memory 3))
            (import "m" "c" (memory 0)))"#,
    );
    assert_eq!(*prepared.code, expected);
    let minimum: Vec<_> = prepared.memories.iter().map(|memory| memory.ty.minimum()).collect();
    assert_eq!(minimum, [3, 3, 300]);
    let ahead = prepare_to_vec(&module, &options(&[0, 2])).expect("it can be lowered");
    let again = prepare(&ahead, &options(&[0, 2])).expect("it was prepared");
    assert_eq!(again.memories, prepared.memories);
}

#[test]
fn ahead_of_time() {
    for text in MODULES {
        let (module, options) = (wasm(text), options(&[0, 1, 2]));
        let direct = prepare(&module, &options).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert_eq!(validate(&direct.code), Ok(()), "{text}");
        assert!(direct.memories.iter().all(|memory| memory.locked));
        let ahead = prepare_to_vec(&module, &options).expect("it can be lowered");
        let again = prepare(&ahead, &options).unwrap_or_else(|e| panic!("{text}: {e}"));
        assert!(matches!(again.code, Cow::Borrowed(_)));
        assert_eq!(direct.memories, again.memories, "{text}");
        assert_eq!(direct.helpers, again.helpers, "{text}");
        assert_eq!(direct.sizes, again.sizes, "{text}");
    }
}
