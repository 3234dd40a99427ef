//! Modules that between them need every change the pass makes.

use wasmparser::{Validator, WasmFeatures};

/// Valid modules.
pub(crate) const MODULES: &[&str] = &[
    "(module)",
    r#"(module (func (export "f") (result i32) (i32.const 1)) (@custom "x" "y"))"#,
    "(module (memory 1))",
    r#"(module (memory (export "memory") 1 2) (data (i32.const 8) "page") (data (i32.const -1) ""))"#,
    r#"(module (import "m" "n" (memory 1)) (data (i32.const 0) "a"))"#,
    r#"(module (import "m" "n" (memory 1 2 shared)) (memory 1 1 shared) (memory i64 2)
        (data (memory 2) (i64.const 0x100000000) "far"))"#,
    r#"(module
        (import "env" "base" (global $base i32))
        (import "env" "far" (global $far i64))
        (import "env" "memory" (memory $imported 1 2))
        (import "env" "f" (func $f (param i32)))
        (memory $own (export "own") 3)
        (memory $wide i64 1 4)
        (global (export "vellum:0:0") (mut i64) (i64.const 5))
        (table 2 funcref)
        (elem (i32.const 0) $start $f)
        (data (memory $own) (i32.const 8) "constant")
        (data $passive "passive")
        (data (memory $imported) (offset (global.get $base)) "computed")
        (data (memory $wide) (offset (global.get $far)) "wide")
        (data (memory $own)
            (offset (i32.add (global.get $base) (i32.const 100))) "extended")
        (func $start (local i32 i64)
            (memory.init $own $passive (i32.const 0) (i32.const 0) (i32.const 1))
            (data.drop $passive))
        (start $start))"#,
    "(module (func $f) (start $f))",
    r#"(module (import "m" "f" (func $f)) (start $f) (func (export "vellum:0:start")))"#,
    r#"(module (memory 1 (pagesize 1)) (memory 65536) (memory 0 0) (data (i32.const 0) "\00"))"#,
    r#"(module (global $g i32 (i32.const 1)) (func (export "g") (result i32) (global.get $g))
        (memory 1) (elem declare func $f) (func $f (result i32) (i32.load (i32.const 4))))"#,
    r#"(module (import "m" "n" (memory $s 1 2 shared)) (memory $w i64 1) (table $t 1 funcref)
        (table $x i64 1 externref)
        (func (export "vellum:0:host") (param i32) (result i32) (local i64 f32)
            (atomic.fence)
            (drop (i64.atomic.rmw16.cmpxchg_u $w offset=0x1fffe
                (i64.const 8) (i64.const 1) (local.get 1)))
            (i32.atomic.store8 (i32.const 4) (i32.atomic.rmw.add (i32.const 8) (local.get 0)))
            (block (param) (drop (call_indirect $t (param i32) (result i32)
                (local.get 0) (i32.const 0))))
            (drop (memory.atomic.wait32 $s (i32.const 0) (i32.const 1) (i64.const -1)))
            (drop (memory.atomic.wait64 $w (i64.const 0) (i64.const 1) (i64.const -1)))
            (drop (table.grow $t (ref.null func) (i32.const 1)))
            (drop (table.grow $x (ref.null extern) (i64.const 1)))
            (memory.atomic.notify $s (i32.const 0) (i32.const 1)))
        (func (type 0) (local.get 0)))"#,
    // All of what is mended.
    r#"(module
        (type $i_i (func (param i32) (result i32)))
        (type $_ii (func (result i32 i32)))
        (type $_frr (func (result f32 funcref externref)))
        (import "m" "a" (memory $a 1)) (import "m" "b" (memory $b 1))
        (import "m" "f" (func $f))
        (func call $f call $f)
        (func (param i32 f32) (result f64)
            (i64.store8 $b (local.get 0) (i64.extend_i32_u (local.get 0)))
            (drop (memory.grow $b (select (i32.const 1) (i32.const 2) (i32.eqz (local.get 0)))))
            local.get 0 i32.const 1 local.get 0 if (type $i_i) i32.const 2 i32.add end drop drop
            local.get 0 i32.const 1 loop (type $i_i) i32.const 1 local.set 0 end drop drop
            (f64.promote_f32 (local.get 1)))
        (func (param i32) (result i32 i32) (local i64)
            block (type $_ii)
                i32.const 5 i32.const 1 i32.const 2 local.get 0 br_table 0 1
            end)
        (func (param i32) (result f32 funcref externref)
            block (type $_frr)
                i32.const 5 f32.const 1 ref.null func ref.null extern local.get 0 br_table 0 1
            end))"#,
];

/// The features of the interpreter, all of them on, and shared memories.
pub(crate) const FEATURES: WasmFeatures = WasmFeatures::MUTABLE_GLOBAL
    .union(WasmFeatures::MULTI_VALUE)
    .union(WasmFeatures::MULTI_MEMORY)
    .union(WasmFeatures::SATURATING_FLOAT_TO_INT)
    .union(WasmFeatures::SIGN_EXTENSION)
    .union(WasmFeatures::BULK_MEMORY)
    .union(WasmFeatures::REFERENCE_TYPES)
    .union(WasmFeatures::GC_TYPES)
    .union(WasmFeatures::TAIL_CALL)
    .union(WasmFeatures::EXTENDED_CONST)
    .union(WasmFeatures::FLOATS)
    .union(WasmFeatures::CUSTOM_PAGE_SIZES)
    .union(WasmFeatures::MEMORY64)
    .union(WasmFeatures::WIDE_ARITHMETIC)
    .union(WasmFeatures::THREADS);

/// Translates a module from text.
pub(crate) fn wasm(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Validates a module; an error carries the byte where it is invalid.
pub(crate) fn validate(module: &[u8]) -> Result<(), (usize, String)> {
    validate_as(module, FEATURES)
}

/// Validates a module that may use these features.
pub(crate) fn validate_as(module: &[u8], features: WasmFeatures) -> Result<(), (usize, String)> {
    let mut validator = Validator::new_with_features(features);
    let result = validator.validate_all(module);
    result.map(drop).map_err(|error| (error.offset(), error.message().into()))
}
