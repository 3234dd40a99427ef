//! Modules in parts do what they did in one piece.

use crate::loader::instantiate;
use crate::module;
use vellum_split::{SplitOptions, split};
use wasmi::Val;

/// What a function gives, once split, and the parts that are loaded then.
fn run(
    text: &str,
    name: &str,
    arguments: &[Val],
    part_bytes: usize,
) -> (Result<Val, String>, usize) {
    let module = module(text);
    let split = split(&module, &SplitOptions::new().part_bytes(part_bytes)).unwrap();
    let (mut store, instance) = instantiate(&split.to_bytes().unwrap());
    let function = instance.get_func(&store, name).expect("an exported function");
    let mut results = [Val::I32(-1)];
    let called = function.call(&mut store, arguments, &mut results);
    let [result] = results;
    (called.map(|()| result).map_err(|error| error.to_string()), store.data().loaded.len())
}

/// The module gives `expected` in parts of any size; of the smallest so many are loaded.
fn gives(text: &str, arguments: &[i32], expected: i32, loaded: usize) {
    let arguments: Vec<_> = arguments.iter().map(|&argument| Val::I32(argument)).collect();
    for part_bytes in [1, 20, 1024] {
        let (result, parts) = run(text, "f", &arguments, part_bytes);
        assert_eq!(result.unwrap().i32(), Some(expected), "parts of {part_bytes} bytes");
        assert!(part_bytes > 1 || parts == loaded, "{parts} parts are loaded");
    }
}

#[test]
fn parts_are_loaded_when_they_are_called() {
    let text = r#"(module
        (func (export "f") (param i32) (result i32)
            (if (result i32) (local.get 0) (then (call $a (local.get 0))) (else (call $b (i32.const 7)))))
        (func $a (param i32) (result i32) (i32.add (call $c (local.get 0)) (call $c (i32.const 1))))
        (func $b (param i32) (result i32) (call $a (local.get 0)))
        (func $c (param i32) (result i32)
            (i32.add (i32.mul (local.get 0) (local.get 0)) (i32.const 1000)) (long)))"#;
    gives(text, &[3], 2010, 3);
    gives(text, &[0], 2050, 4);
}

#[test]
fn recursion_loads_a_part_once() {
    let text = r#"(module
        (func $f (export "f") (param i32) (result i32)
            (if (result i32) (local.get 0)
                (then (i32.add (local.get 0) (call $g (i32.sub (local.get 0) (i32.const 1)))))
                (else (i32.const 0))))
        (func $g (param i32) (result i32) (call $f (local.get 0))))"#;
    gives(text, &[100], 5050, 2);
}

#[test]
fn tail_calls_take_no_stack() {
    let text = r#"(module
        (func $f (export "f") (param i32 i32) (result i32)
            (if (i32.eqz (local.get 0)) (then (return (local.get 1))))
            (return_call $g (i32.sub (local.get 0) (i32.const 1)) (i32.add (local.get 1) (i32.const 1))))
        (func $g (param i32 i32) (result i32) (return_call $f (local.get 0) (local.get 1))))"#;
    gives(text, &[100_000, 5], 100_005, 2);
}

#[test]
fn references_are_called() {
    let text = r#"(module
        (type $t (func (param i32) (result i32)))
        (table $t 4 funcref)
        (global $g funcref (ref.func $b))
        (elem (table $t) (i32.const 0) func $a $small)
        (elem declare func $c)
        (func $a (param i32) (result i32) (call $c (i32.add (local.get 0) (i32.const 1000))))
        (func $b (param i32) (result i32) (call $c (i32.add (local.get 0) (i32.const 2000))))
        (func $c (param i32) (result i32) (if (local.get 0) (then (return (local.get 0)))) (long) unreachable)
        (func $small (param i32) (result i32) (local.get 0))
        (func $set (table.set $t (i32.const 2) (global.get $g)))
        (func $set_c (table.set $t (i32.const 3) (ref.func $c)))
        (func (export "f") (param i32) (result i32)
            (call $set) (call $set_c)
            (call_indirect $t (type $t) (i32.const 7) (local.get 0))))"#;
    gives(text, &[0], 1007, 3);
    gives(text, &[1], 7, 1);
    gives(text, &[2], 2007, 3);
    gives(text, &[3], 7, 2);
}

#[test]
fn parts_share_memories_tables_globals_and_imports() {
    let text = r#"(module
        (import "host" "twice" (func $twice (param i32) (result i32)))
        (memory $a 1) (memory $b 1)
        (data (memory $b) (i32.const 8) "\2a")
        (table $other 2 funcref) (table $t 3 externref)
        (global $fixed i64 (i64.const 9)) (global $n (mut i32) (i32.const 5))
        (func $read (param i32) (result i32)
            (i32.add (i32.load8_u $b (local.get 0)) (global.get $n)) (long))
        (func $write (param i32)
            (global.set $n (i32.add (global.get $n) (i32.const 100)))
            (i32.store8 $b (local.get 0) (i32.const 1)))
        (func $grow (result i32) (drop (table.grow $t (ref.null extern) (i32.const 4))) (table.size $t))
        (func (export "f") (result i32)
            (call $write (i32.const 9))
            (call $twice
                (i32.add (call $grow) (i32.add (call $read (i32.const 8)) (call $read (i32.const 9)))))))"#;
    gives(text, &[], 2 * (7 + 42 + 1 + 105 + 105), 4);
}

#[test]
fn segments_stay_with_the_main_module() {
    let text = r#"(module
        (memory 1) (data $d "\07\08") (table $t 1 funcref) (elem $e func $g)
        (type $t (func (result i32)))
        (func $g (result i32) (call $init) (i32.load8_u (i32.const 1)))
        (func $init (memory.init $d (i32.const 0) (i32.const 0) (i32.const 2)) (data.drop $d))
        (func $table (table.init $t $e (i32.const 0) (i32.const 0) (i32.const 1)) (elem.drop $e))
        (func (export "f") (result i32) (call $table) (call_indirect $t (type $t) (i32.const 0))))"#;
    gives(text, &[], 8, 2);
}

#[test]
fn several_values_are_passed_and_returned() {
    let text = r#"(module
        (func $swap (param i32 i64) (result i64 i32)
            (local.get 1) (local.get 0) (block (param i64 i32) (result i64 i32) (long)))
        (func (export "f") (param i32) (result i32)
            (call $swap (local.get 0) (i64.const 3)) (drop) (i32.wrap_i64)))"#;
    gives(text, &[9], 3, 2);
}

#[test]
fn the_start_function_may_be_split_off() {
    let text = r#"(module
        (global $g (mut i32) (i32.const 0))
        (func $start (call $set (i32.const 6)))
        (func $set (param i32) (global.set $g (i32.add (local.get 0) (global.get $g))) (long))
        (start $start)
        (func (export "f") (result i32) (global.get $g)))"#;
    gives(text, &[], 6, 2);
}

#[test]
fn traps_stay_traps() {
    let text = r#"(module
        (func (export "f") (result i32) (call $g (i32.const 0)))
        (func $g (param i32) (result i32) (i32.div_s (i32.const 1) (local.get 0)) (long)))"#;
    let (result, loaded) = run(text, "f", &[], 1);
    assert_eq!((result.unwrap_err().as_str(), loaded), ("integer divide by zero", 2));
}

#[test]
fn host_functions_are_called_by_the_main_module() {
    let text = r#"(module
        (import "host" "read" (func $read (param i32) (result i32)))
        (memory (export "memory") 1) (data (i32.const 4) "\05\06\07\08")
        (type $t (func (param i32) (result i32)))
        (table $t 1 funcref) (elem (i32.const 0) func $read)
        (elem declare func $read)
        (func $reference (result i32) (table.set $t (i32.const 0) (ref.func $read)) (i32.const 0))
        (func $indirect (param i32) (result i32) (call_indirect (type $t) (local.get 0) (i32.const 0)) (long))
        (func $tail (param i32) (result i32) (return_call $read (local.get 0)))
        (func (export "f") (result i32)
            (i32.add (call $read (i32.const 4)) (call $indirect (i32.const 5)))
            (call $reference) (i32.add)
            (i32.add (call $indirect (i32.const 6))) (i32.add (call $tail (i32.const 7)))))"#;
    gives(text, &[], 5 + 6 + 7 + 8, 3);
}
