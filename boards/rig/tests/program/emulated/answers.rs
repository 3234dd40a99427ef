//! What guests of toolchains rely on: the right answer to each call, on the chip, all in one boot.

use super::{Modules, batch::batch};

const BOARD: &str = "mps2-an386";

/// Lists of pieces from 0 on, each 8 bytes long, and the texts that they lie at.
const WRITE: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_write" (func $w (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1 1)
    (data (i32.const 0) "\40\00\00\00\07\00\00\00" "\50\00\00\00\07\00\00\00")
    (data (i32.const 16) "\00\00\00\00\00\00\00\00" "\40\00\00\00\07\00\00\00")
    (data (i32.const 32) "\00\00\01\00\00\00\00\00" "\fa\ff\00\00\07\00\00\00")
    (data (i32.const 48) "\ff\ff\ff\ff\00\00\00\00")
    (data (i32.const 64) "Hello!\n") (data (i32.const 80) "Howdy!\n")
    (data (i32.const 128) "\ff\ff\ff\ff")
    (func (export "f") (param i32 i32 i32 i32) (result i32 i32)
        (call $w (local.get 0) (local.get 1) (local.get 2) (local.get 3))
        (i32.load (local.get 3))))"#;

const CLOSE: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_close" (func $c (param i32) (result i32)))
    (func (export "f") (param i32) (result i32) (call $c (local.get 0))))"#;

/// A memory that nobody shares.
const ATOMIC: &str = r#"(module (memory 1 1)
    (func (export "wait") (param i32) (result i32)
        (memory.atomic.wait32 (i32.const 0) (local.get 0) (i64.const 0)))
    (func (export "wait64") (result i32)
        (memory.atomic.wait64 (i32.const 8) (i64.const 0) (i64.const -1)))
    (func (export "notify") (param i32) (result i32)
        (memory.atomic.notify (local.get 0) (i32.const 1)))
    (func (export "add") (result i32 i32)
        (i32.atomic.rmw.add (i32.const 4) (i32.const 9)) (i32.atomic.load (i32.const 4)))
    (func (export "fence") atomic.fence))"#;

const LIBRARY: &str = r#"(module (global $ready (mut i32) (i32.const 0))
    (func (export "_initialize") (global.set $ready (i32.const 42)))
    (func (export "f") (result i32) (global.get $ready)))"#;

const ENDED: &str = r#"(module
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (func $start (call $exit (i32.const 0))) (start $start)
    (func (export "_start") unreachable))"#;

/// Functions that are imported and, but for one, not called; a memory and a table.
const IMPORTS: &str = r#"(module
    (import "env" "abort" (func (param i32 i32 i32 i32)))
    (import "env" "emscripten_notify_memory_growth" (func $grown (param i32)))
    (import "wasi_unstable" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_filestat_get" (func (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_pwrite" (func (param i32 i32 i32 i64 i32) (result i32)))
    (import "env" "memory" (memory 1 2))
    (import "env" "__indirect_function_table" (table 3 funcref))
    (type $number (func (result i32)))
    (func $one (result i32) (i32.const 1)) (func $two (result i32) (i32.const 2))
    (elem (i32.const 1) $one $two)
    (func (export "size") (result i32) (memory.size))
    (func (export "grow") (result i32)
        (drop (memory.grow (i32.const 1))) (call $grown (i32.const 0)) (memory.size))
    (func (export "sum") (result i32) (i32.add
        (call_indirect (type $number) (i32.const 1)) (call_indirect (type $number) (i32.const 2)))))"#;

const FLOATS: &str = r#"(module
    (func (export "f32") (param f32) (result f32) (local.get 0))
    (func (export "f64") (param f64) (result f64) (local.get 0))
    (func (export "sign") (param f64) (result i64)
        (i64.shr_u (i64.reinterpret_f64 (local.get 0)) (i64.const 63)))
    (func (export "nan") (result f32 f64 f32) (f32.const nan) (f64.const -nan) (f32.const nan:0x1)))"#;

/// Calls, and what each prints.
const CALLS: [(&str, &str, &[&str]); 42] = [
    (WRITE, "f 1 0 2 128", &["Hello!", "Howdy!", "result: 0", "result: 14"]),
    // How much was written is told in the list, and in the text.
    (WRITE, "f 1 0 1 0", &["Hello!", "result: 0", "result: 7"]),
    (WRITE, "f 1 0 1 4", &["Hello!", "result: 0", "result: 7"]),
    (WRITE, "f 1 0 1 64", &["Hello!", "result: 0", "result: 7"]),
    (WRITE, "f 1 0 0 128", &["result: 0", "result: 0"]),
    // An empty piece, one at the end of the memory, and one that lies nowhere.
    (WRITE, "f 1 16 2 128", &["Hello!", "result: 0", "result: 7"]),
    (WRITE, "f 1 32 1 128", &["result: 0", "result: 0"]),
    (WRITE, "f 1 48 1 128", &["result: 21", "result: -1"]),
    (WRITE, "f 5 0 1 128", &["result: 8", "result: -1"]),
    (WRITE, "f 1 40 1 128", &["result: 21", "result: -1"]),
    (CLOSE, "f 0", &["result: 0"]),
    (CLOSE, "f 1", &["result: 0"]),
    (CLOSE, "f 9", &["result: 8"]),
    (ATOMIC, "wait 0", &[r#"error: expected shared memory: "wait""#]),
    (ATOMIC, "wait 1", &[r#"error: expected shared memory: "wait""#]),
    (ATOMIC, "wait64", &[r#"error: expected shared memory: "wait64""#]),
    (ATOMIC, "notify 0", &["result: 0"]),
    (ATOMIC, "notify 4", &["result: 0"]),
    (ATOMIC, "notify 65532", &["result: 0"]),
    (ATOMIC, "notify 65536", &[r#"error: out of bounds memory access: "notify""#]),
    (ATOMIC, "notify 2", &[r#"error: unaligned atomic: "notify""#]),
    (ATOMIC, "add", &["result: 0", "result: 9"]),
    (ATOMIC, "fence", &[]),
    (LIBRARY, "f", &["result: 42"]),
    (ENDED, "_start", &[]),
    (IMPORTS, "size", &["result: 1"]),
    (IMPORTS, "grow", &["result: 2"]),
    (IMPORTS, "sum", &["result: 3"]),
    (FLOATS, "f32 0.1", &["result: 0.1"]),
    (FLOATS, "f32 -0", &["result: -0"]),
    (FLOATS, "f64 -0", &["result: -0"]),
    (FLOATS, "f32 16777217", &["result: 16777216"]),
    (FLOATS, "f32 1e39", &["result: inf"]),
    (FLOATS, "f64 -inf", &["result: -inf"]),
    (FLOATS, "f64 nan", &["result: NaN"]),
    (FLOATS, "f32 -nan", &["result: NaN"]),
    (FLOATS, "f64 123456789.125", &["result: 123456789.125"]),
    (FLOATS, "nan", &["result: NaN", "result: NaN", "result: NaN"]),
    (FLOATS, "sign nan", &["result: 0"]),
    (FLOATS, "sign -nan", &["result: 1"]),
    (FLOATS, "sign -0", &["result: 1"]),
    (FLOATS, "sign 0x1p-1074", &["error: wrong arguments: the function is (f64) -> (i64)"]),
];

/// Numbers at the ends of their types, in the exact words for which there is more than one.
const EXTREMES: [(&str, &str); 6] = [
    ("f32", "1e-45"),
    ("f32", "3.4028235e38"),
    ("f64", "5e-324"),
    ("f64", "1.7976931348623157e308"),
    ("f64", "1e21"),
    ("f64", "-1e-7"),
];

/// Calls functions of guests in one boot, and gives what each printed, but for help.
fn printed(calls: &[(&str, &str)]) -> Vec<Vec<String>> {
    let modules = Modules::new();
    let line = |(number, (text, call)): (usize, &(&str, &str))| {
        modules.file(&format!("{number}.wat"), text) + " --invoke " + call + "\n"
    };
    let list: String = calls.iter().enumerate().map(line).collect();
    let ran = batch(&modules.file("all.list", list), BOARD);
    let blocks: Vec<&str> = ran.stdout.split("== ").skip(1).collect();
    assert_eq!(blocks.len(), calls.len(), "{ran:?}");
    let lines = |block: &&str| {
        let lines = block.lines().skip(1).filter(|line| !line.starts_with("help: "));
        lines.map(str::to_owned).collect()
    };
    blocks.iter().map(lines).collect()
}

#[test]
fn each_call_is_answered() {
    let printed = printed(&CALLS.map(|(text, call, _)| (text, call)));
    for ((_, call, expected), printed) in CALLS.iter().zip(printed) {
        assert_eq!(printed, *expected, "{call}");
    }
}

#[test]
fn floats_are_printed_so_that_they_are_read_as_the_same() {
    let calls = EXTREMES.map(|(ty, number)| format!("{ty} {number}"));
    let calls: Vec<_> = calls.iter().map(|call| (FLOATS, call.as_str())).collect();
    for ((ty, number), printed) in EXTREMES.iter().zip(printed(&calls)) {
        let [line] = printed.as_slice() else { panic!("{number}: {printed:?}") };
        let result = line.strip_prefix("result: ").unwrap_or_else(|| panic!("{line}"));
        let is_same = match *ty {
            "f32" => result.parse::<f32>() == number.parse::<f32>(),
            _ => result.parse::<f64>() == number.parse::<f64>(),
        };
        assert!(is_same, "{number}: {line}");
    }
}

#[test]
fn one_of_many_exports_is_called() {
    // Short names in no order, some of them numbers.
    let name = |index: usize| match index % 3 {
        0 => format!("{}", index * 7919 % 1000),
        1 => format!("e{index}"),
        _ => format!("{}{index}", char::from(b'a' + (index % 26) as u8)),
    };
    let guest = |count: usize| {
        let function = |index| {
            let name = name(index);
            format!("(func (export \"{name}\") (result i32) (i32.const {index}))")
        };
        format!("(module {})", (0..count).map(function).collect::<String>())
    };
    for count in [140, 300] {
        let text = guest(count);
        let called: Vec<usize> = (0..count).step_by(13).chain([1, count - 1]).collect();
        let names: Vec<String> = called.iter().map(|index| name(*index)).collect();
        let calls: Vec<_> = names.iter().map(|name| (text.as_str(), name.as_str())).collect();
        for (index, printed) in called.iter().zip(printed(&calls)) {
            assert_eq!(printed, [format!("result: {index}")], "{count}");
        }
    }
}
