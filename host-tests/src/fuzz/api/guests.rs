//! The guests, and the names of what they import and export.

/// Module names of definitions.
pub(super) const MODULES: [&str; 2] = ["a", "b"];
/// Names of definitions and exports, one of which no guest exports.
pub(super) const NAMES: [&str; 14] = [
    "memory", "table", "global", "func", "double", "load", "store", "grow", "size", "call",
    "widen", "put", "set", "nothing",
];

const FUNCTIONS: &str = r#"
    (func (export "load") (type $unary) (i32.load (local.get 0)))
    (func (export "store") (param i32 i32) (i32.store (local.get 0) (local.get 1)))
    (func (export "grow") (type $unary) (memory.grow (local.get 0)))
    (func (export "size") (result i32)
        (i32.add (memory.size) (i32.mul (table.size) (i32.const 1000))))
    (func (export "call") (param i32 i32) (result i32)
        (call_indirect (type $unary) (local.get 1) (local.get 0)))
    (func (export "widen") (type $unary) (table.grow (ref.func $double) (local.get 0)))
    (func (export "put") (param i32) (table.set (local.get 0) (ref.func $double)))
    (func (export "set") (param i32) (global.set $global (local.get 0)))
    (func $double (export "double") (type $unary)
        (i32.add (global.get $global) (i32.mul (local.get 0) (i32.const 2))))"#;

/// The modules, as text. A segment of elements is one that fails before it writes: functions of an
/// instance that failed are out of reach here.
pub(super) fn texts() -> [String; 6] {
    let own = format!(
        r#"(module (type $unary (func (param i32) (result i32)))
            (memory (export "memory") 1 3) (table (export "table") 4 8 funcref)
            (global $global (export "global") (mut i32) (i32.const 7)) {FUNCTIONS}
            (elem (i32.const 1) $double) (data (i32.const 10) "data of the guest"))"#
    );
    let user = format!(
        r#"(module (type $unary (func (param i32) (result i32)))
            (import "a" "memory" (memory 1 3)) (import "a" "table" (table 2 8 funcref))
            (import "a" "global" (global $global (mut i32)))
            (import "a" "func" (func $func (type $unary)))
            (export "memory" (memory 0)) (export "table" (table 0)) (export "global" (global 0))
            (func (export "func") (type $unary) (call $func (local.get 0))) {FUNCTIONS})"#
    );
    let writer = r#"(module (import "a" "memory" (memory 0))
        (data (i32.const 5) "first") (data (i32.const 70000) "second"))"#;
    let elements = r#"(module (type $unary (func (param i32) (result i32)))
        (import "b" "table" (table 0 funcref))
        (func $f (type $unary) (i32.const 99)) (elem (i32.const 3) $f $f))"#;
    let starter = r#"(module (import "a" "func" (func $func (param i32) (result i32)))
        (import "a" "global" (global $global (mut i32)))
        (func $start (global.set $global (call $func (global.get $global)))
            (if (i32.and (global.get $global) (i32.const 1)) (then unreachable)))
        (start $start))"#;
    [own, user, writer.into(), elements.into(), starter.into(), "(module)".into()]
}
