//! Waits of guests on chips with one core and with two: those that end by their time limit, and those
//! that nobody can end.

use super::{Modules, build, reported};
use crate::support::Ran;
use std::time::{Duration, Instant};

const BOARDS: [&str; 2] = ["mps2-an386", "mps2-an521"];

/// A millisecond is a million nanoseconds.
const MILLISECOND: &str = "(result i32)
    (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const 1000000))";

/// A program that sleeps as long, and tells whether its clock says so.
const SLEEP: &str = r#"(module
    (import "wasi_snapshot_preview1" "clock_time_get"
        (func $clock (param i32 i64 i32) (result i32)))
    (import "wasi_snapshot_preview1" "poll_oneoff"
        (func $poll (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1 1)
    (data (i32.const 16) "\01") (data (i32.const 24) "\40\42\0f")
    (func $now (result i64)
        (drop (call $clock (i32.const 1) (i64.const 0) (i32.const 200)))
        (i64.load (i32.const 200)))
    (func (export "f") (result i32 i32) (local $start i64)
        (local.set $start (call $now))
        (call $poll (i32.const 0) (i32.const 100) (i32.const 1) (i32.const 208))
        (i64.ge_u (i64.sub (call $now) (local.get $start)) (i64.const 1000000))))"#;

/// Runs `f` of a module on a board whose firmware is built.
fn run_module(board: &str, text: &str, options: &[&str]) -> (Ran, Duration) {
    let modules = Modules::new();
    build(&["--board", board]);
    let start = Instant::now();
    let ran = modules.run(text, &[options, &["--board", board, "--invoke", "f"]].concat());
    (ran, start.elapsed())
}

/// Runs `f` of a guest with a shared memory.
fn run(board: &str, body: &str, options: &[&str]) -> (Ran, Duration) {
    let text = format!(r#"(module (memory 1 1 shared) (func (export "f") {body}))"#);
    run_module(board, &text, options)
}

#[test]
fn a_wait_ends_by_its_time_limit() {
    for board in BOARDS {
        let (ran, _) = run(board, MILLISECOND, &[]);
        let found = (ran.code, ran.stdout.as_str(), ran.stderr.as_str());
        assert_eq!(found, (Some(0), "result: 2\n", ""), "{board}");
    }
}

#[test]
fn a_program_sleeps_with_slices_and_without() {
    for board in BOARDS {
        for options in [&[][..], &["--slice", "10000"]] {
            let (ran, _) = run_module(board, SLEEP, options);
            let found = (ran.code, ran.stdout.as_str(), ran.stderr.as_str());
            assert_eq!(found, (Some(0), "result: 0\nresult: 1\n", ""), "{board} {options:?}");
        }
    }
}

#[test]
fn a_time_limit_is_neither_cut_short_nor_drawn_out() {
    let (ran, _) = run("mps2-an386", MILLISECOND, &["--report"]);
    // An instruction takes a nanosecond there.
    let call = reported(&ran, "call").unwrap_or_else(|| panic!("{ran:?}"));
    assert!((1_000_000..1_100_000).contains(&call), "{call}");
}

#[test]
fn a_wait_that_nobody_can_end_is_one_line_and_exit_code_1() {
    let forever = "(drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))";
    for board in BOARDS {
        let (ran, took) = run(board, forever, &[]);
        let line = "error: deadlock: a guest waits, and nothing is left to wake it\n";
        let found = (ran.code, ran.stdout.as_str(), ran.stderr.as_str());
        assert_eq!(found, (Some(1), "", line), "{board}");
        // Most of it is for starting the emulator: the guest does not wait at all.
        assert!(took < Duration::from_secs(30), "{board}: {took:?}");
    }
}
