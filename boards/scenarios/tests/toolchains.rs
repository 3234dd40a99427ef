//! What programs of several toolchains import and expect, as jobs on the host.

use std::sync::Mutex;

use vellum::{PAGE_SIZE, PagePool};
use vellum_scenarios::{
    host::Recorder,
    runner::{Argument, Call, Resources, run},
};

static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
/// Jobs check that the pool is theirs alone, so they take turns.
static TURN: Mutex<()> = Mutex::new(());

/// What a job prints, the error in the last line.
fn job(text: &str, invoke: &[&str]) -> Vec<String> {
    let _turn = TURN.lock();
    let module = wat::parse_str(text).unwrap();
    let console = Recorder::default();
    let invoke = invoke.split_first();
    let call = Call {
        invoke: invoke.map(|(name, _)| (*name).into()),
        arguments: invoke
            .map_or(&[][..], |(_, rest)| rest)
            .iter()
            .map(|a| Argument::of(a))
            .collect(),
        ..Call::default()
    };
    let result = run(&console, &Resources::small(&PAGES), module.into(), &call);
    assert_eq!(PAGES.leased(), 0);
    let error = result.err().map(|failure| format!("error: {failure}"));
    console.lines().into_iter().chain(error).collect()
}

const EXIT: &str = r#"(import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))"#;

#[test]
fn a_library_is_initialized_before_it_is_called() {
    let text = r#"(module
        (import "env" "print_i32" (func $print (param i32)))
        (global $ready (mut i32) (i32.const 0))
        (func (export "_initialize")
            (call $print (i32.const 1))
            (global.set $ready (i32.add (global.get $ready) (i32.const 42))))
        (func (export "get") (result i32) (global.get $ready)))"#;
    assert_eq!(job(text, &["get"]), ["1", "result: 42"]);
    assert_eq!(job(text, &["_initialize"]), ["1"]);
    assert_eq!(job(text, &[]), ["1"]);
    let trap = text.replace("(call $print (i32.const 1))", "unreachable");
    assert_eq!(job(&trap, &["get"]), [r#"error: unreachable: "_initialize""#]);
    // One of another type is a function as any other.
    let other = text.replace(r#""_initialize")"#, r#""_initialize") (param i32)"#);
    assert_eq!(job(&other, &["get"]), ["result: 0"]);
    assert_eq!(job(&other, &["_initialize", "7"]), ["1"]);
}

#[test]
fn exit_with_success_ends_a_program_wherever_it_is() {
    let start = |start: &str, initialize: &str| {
        format!(
            r#"(module {EXIT}
                (import "wasi_snapshot_preview1" "fd_write"
                    (func $write (param i32 i32 i32 i32) (result i32)))
                (memory (export "memory") 1 1)
                (data (i32.const 0) "\08\00\00\00\05\00\00\00begun")
                (func $print
                    (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 16))))
                (func $start (call $print) {start}) (start $start)
                (func (export "_initialize") {initialize})
                (func (export "_start") unreachable))"#
        )
    };
    let exit = |code| format!("(call $exit (i32.const {code}))");
    assert_eq!(job(&start(&exit(0), ""), &[]), ["begun"]);
    assert_eq!(job(&start(&exit(0), ""), &["_start"]), ["begun"]);
    assert_eq!(job(&start("", &exit(0)), &[]), ["begun"]);
    let ends = start("", "").replace("unreachable)", "(call $print))");
    assert_eq!(job(&ends, &[]), ["begunbegun"]);
    let result = ends.replace("(call $print))", "(result i32) (call $print) (i32.const 7))");
    assert_eq!(job(&result, &["_start"]), ["begunbegun", "result: 7"]);
    assert_eq!(job(&start(&exit(3), ""), &[]), ["begun", "error: exit code 3: start function"]);
    assert_eq!(job(&start("", ""), &[]), ["begun", r#"error: unreachable: "_start""#]);
}

/// A program of AssemblyScript with the texts "Grüße 😀", half a character, and one that leads out of
/// its memory.
fn assembly_script(body: &str) -> String {
    format!(
        r#"(module
            (import "env" "abort" (func $abort (param i32 i32 i32 i32)))
            (import "env" "trace" (func $trace (param i32 i32 f64 f64 f64 f64 f64)))
            (import "env" "seed" (func $seed (result f64)))
            (import "env" "console.log" (func $log (param i32)))
            (import "env" "console.error" (func $error (param i32)))
            (import "env" "Date.now" (func $now (result f64)))
            (memory (export "memory") 1 1)
            (data (i32.const 12) "\10\00\00\00G\00r\00\fc\00\df\00e\00 \00\3d\d8\00\de")
            (data (i32.const 60) "\02\00\00\00\3d\d8")
            (data (i32.const 65524) "\0c\00\00\00")
            (func (export "_start") {body}))"#
    )
}

#[test]
fn programs_of_assembly_script_print() {
    let text = "(call $log (i32.const 16)) (call $error (i32.const 64)) (call $log (i32.const 0))";
    assert_eq!(job(&assembly_script(text), &[]), ["Grüße 😀", "\u{FFFD}", "null"]);
    let trace = |count: i32| {
        let numbers = [1.5, -2.0, 3.0, 4.0, 5.0].map(|n: f64| format!("(f64.const {n})")).join(" ");
        assembly_script(&format!("(call $trace (i32.const 16) (i32.const {count}) {numbers})"))
    };
    assert_eq!(job(&trace(0), &[]), ["trace: Grüße 😀"]);
    assert_eq!(job(&trace(2), &[]), ["trace: Grüße 😀", "trace: 1.5", "trace: -2"]);
    assert_eq!(job(&trace(9), &[]).len(), 6);
    assert_eq!(job(&trace(-1), &[]).len(), 1);
}

#[test]
fn programs_of_assembly_script_abort() {
    let abort = "(call $abort (i32.const 16) (i32.const 64) (i32.const 3) (i32.const 5))";
    let expected = ["abort: Grüße 😀 at \u{FFFD}:3:5", "error: the guest aborted"];
    assert_eq!(job(&assembly_script(abort), &[]), expected);
    let c =
        r#"(module (import "env" "abort" (func $abort)) (func (export "_start") (call $abort)))"#;
    assert_eq!(job(c, &[]), ["error: the guest aborted"]);
    for text in [65528, 1, 65537, -1] {
        let log = assembly_script(&format!("(call $log (i32.const {text}))"));
        let printed = job(&log, &[]).join("");
        assert!(printed.starts_with("error: out of bounds memory access"), "{text}: {printed}");
    }
}

#[test]
fn programs_of_assembly_script_have_a_time_and_a_seed() {
    let body = "
        (if (f64.lt (call $now) (f64.const 0)) (then unreachable))
        (if (i32.eqz (f64.ge (call $seed) (f64.const 0))) (then unreachable))
        (if (i32.eqz (f64.lt (call $seed) (f64.const 1))) (then unreachable))
        (if (f64.eq (call $seed) (call $seed)) (then unreachable))";
    assert_eq!(job(&assembly_script(body), &[]), [""; 0]);
}

#[test]
fn imported_memories_and_tables_are_made() {
    let text = r#"(module
        (import "env" "memory" (memory 1 3))
        (import "env" "__indirect_function_table" (table 2 funcref))
        (import "env" "print" (func $print (param i32 i32)))
        (import "env" "emscripten_notify_memory_growth" (func $grown (param i32)))
        (data (i32.const 8) "hello")
        (func $two (result i32) (i32.const 2))
        (elem (i32.const 1) $two)
        (func (export "f") (result i32 i32)
            (call $print (i32.const 8) (i32.const 5))
            (drop (memory.grow (i32.const 1)))
            (call $grown (i32.const 0))
            (memory.size)
            (call_indirect (result i32) (i32.const 1))))"#;
    assert_eq!(job(text, &["f"]), ["hello", "result: 2", "result: 2"]);
    let large = text.replace("(memory 1 3)", "(memory 5 5)");
    let error = job(&large, &["f"]).join("");
    assert!(error.starts_with("error: limit exceeded: Config::memory_maximum"), "{error}");
}

#[test]
fn a_module_with_nothing_to_run_says_what_could_be_called() {
    let text = r#"(module (memory (export "memory") 1 1)
        (func (export "add") (param i32 i64) (result f32) unreachable)
        (func (export "none")))"#;
    let expected = r#"nothing to run: the module exports no _start, but "add" (i32, i64) -> (f32), "none" () -> ()"#;
    assert_eq!(job(text, &[]), [expected]);
    let none = "nothing to run: the module exports no function";
    assert_eq!(job(r#"(module (memory (export "memory") 1 1))"#, &[]), [none]);
    assert_eq!(job("(module (func $start) (start $start))", &[]), [""; 0]);
    let many: String = (0..23).map(|n| format!(r#"(func (export "f{n}"))"#)).collect();
    let lines = job(&format!("(module {many})"), &[]).concat();
    assert_eq!(lines.matches("() -> ()").count(), 20, "{lines}");
    assert!(lines.ends_with(" and 3 more"), "{lines}");
}

#[test]
fn what_can_not_be_linked_is_told_in_full() {
    let text = r#"(module
        (import "env" "print_i32" (func (param i32)))
        (import "env" "beep" (func))
        (import "my lib" "count" (global i32))
        (import "wasi_snapshot_preview1" "fd_none" (func)))"#;
    let expected = r#"error: unknown imports: "env"."beep", "my lib"."count", "wasi_snapshot_preview1"."fd_none""#;
    assert_eq!(job(text, &[]), [expected]);
    let many: String = (0..23).map(|n| format!(r#"(import "m" "f{n}" (func))"#)).collect();
    let lines = job(&format!("(module {many})"), &[]).concat();
    assert_eq!(lines.matches(r#""m"."f"#).count(), 20, "{lines}");
    assert!(lines.ends_with(" and 3 more"), "{lines}");
    let text = r#"(module
        (import "env" "print_i32" (func (param i32)))
        (import "env" "print_i32" (func (param i64) (result f32))))"#;
    let expected = r#"error: incompatible import: "env"."print_i32": expected func (i64) -> (f32), found func (i32) -> ()"#;
    assert_eq!(job(text, &[]), [expected]);
    let text =
        r#"(module (import "env" "print" (memory 1 2)) (import "env" "print" (table 1 funcref)))"#;
    let expected = r#"error: incompatible import: "env"."print": expected memory 1 2, found func (i32, i32) -> ()"#;
    assert_eq!(job(text, &[]), [expected]);
}

#[test]
fn what_is_invoked_and_no_function_is_named() {
    let text = r#"(module (memory (export "memory") 1 1) (global (export "g") i32 (i32.const 0)))"#;
    for (name, what) in [("memory", "a memory"), ("g", "a global")] {
        let expected =
            format!("error: incompatible export: {name:?}: expected a function, found {what}");
        assert_eq!(job(text, &[name]), [expected]);
    }
}

#[test]
fn threads_of_rust_start_with_a_small_stack() {
    let text = r#"(module
        (import "env" "print" (func $print (param i32 i32)))
        (import "wasi_snapshot_preview1" "environ_get" (func $get (param i32 i32) (result i32)))
        (memory (export "memory") 1 1)
        (func (export "_start")
            (drop (call $get (i32.const 0) (i32.const 8)))
            (call $print (i32.load (i32.const 0)) (i32.const 20))))"#;
    assert_eq!(job(text, &[]), ["RUST_MIN_STACK=16384"]);
}

#[test]
fn long_lines_are_cut_between_characters() {
    // Bytes from 64 on are written in one piece, or in pieces of 7.
    let text = |data: &str, length: usize, step: usize| {
        format!(
            r#"(module
                (import "wasi_snapshot_preview1" "fd_write"
                    (func $write (param i32 i32 i32 i32) (result i32)))
                (memory (export "memory") 1 1)
                (data (i32.const 64) "{data}")
                (func (export "_start") (local $at i32)
                    (loop $next
                        (i32.store (i32.const 0) (i32.add (i32.const 64) (local.get $at)))
                        (i32.store (i32.const 4) (i32.const {step}))
                        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
                        (local.set $at (i32.add (local.get $at) (i32.const {step})))
                        (br_if $next (i32.lt_u (local.get $at) (i32.const {length}))))))"#
        )
    };
    let whole = "x".to_owned() + &"\u{1F600}".repeat(500);
    for step in [1, 7, 2001] {
        let lines = job(&text(&whole, whole.len(), step), &[]);
        assert_eq!(lines.concat().trim_end_matches('\0'), whole, "{step}");
        assert_eq!(lines[0].len(), 1021, "{step}");
    }
    // A line of the greatest length is one line, and what is no text is cut anywhere.
    let full = "y".repeat(1024);
    assert_eq!(job(&text(&(full.clone() + "\\n"), 1025, 5), &[]), [full]);
    let lines = job(&text(&"\\80".repeat(2000), 2000, 100), &[]);
    let lengths: Vec<_> = lines.iter().map(|line| line.chars().count()).collect();
    assert_eq!(lengths, [1024, 976]);
}
