//! Guests with threads, as real toolchains build them, as jobs on the host.

use std::sync::Mutex;
use std::time::Instant;

use vellum::{PAGE_SIZE, PagePool};
use vellum_scenarios::{
    host::Recorder,
    runner::{Call, Reporting, Resources, run},
};

const C: &[u8] = include_bytes!("../guests/threads-c/threads.wasm");
const RUST: &[u8] = include_bytes!("../guests/threads-rust/threads.wasm");

const SLICES: [u64; 8] = [1, 2, 7, 100, 1000, 9999, 10_000, 100_000];

/// One page, which is what each guest has.
static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
/// Jobs check that the pool is theirs alone, so they take turns.
static TURN: Mutex<()> = Mutex::new(());
static MACHINE: vellum::Platform = vellum::Platform::ONE_CORE.with_clock(nanoseconds);

fn nanoseconds() -> vellum::Nanoseconds {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    vellum::Nanoseconds(START.get_or_init(Instant::now).elapsed().as_nanos() as u64)
}

fn resources() -> Resources {
    let small = Resources::small(&PAGES);
    Resources { value_stack: 16 * 1024, recursion: 256, machine: &MACHINE, ..small }
}

fn job(module: &'static [u8], resources: &Resources, call: &Call<'_>) -> (String, Vec<String>) {
    let _turn = TURN.lock();
    let console = Recorder::default();
    let result = run(&console, resources, module.into(), call);
    assert_eq!(PAGES.leased(), 0);
    (result.map_or_else(|failure| failure.to_string(), |()| "done".into()), console.lines())
}

fn text(text: &str) -> &'static [u8] {
    wat::parse_str(text).unwrap().leak()
}

#[test]
fn a_c_program_counts_exactly_whatever_the_slice() {
    let expected =
        ["counter 6000", "sum 3000", "thread 1007", "thread 2007", "thread 3007", "main 7"];
    for slice in SLICES {
        let call = Call { slice: Some(slice), ..Call::default() };
        let (end, lines) = job(C, &resources(), &call);
        assert_eq!((end.as_str(), lines), ("done", expected.map(Into::into).into()), "{slice}");
    }
}

#[test]
fn a_rust_program_counts_exactly_whatever_the_slice() {
    for slice in SLICES {
        let call = Call { slice: Some(slice), ..Call::default() };
        let (end, lines) = job(RUST, &resources(), &call);
        let expected = vec!["counter 300 messages 15 squares 14".to_owned()];
        assert_eq!((end.as_str(), lines), ("done", expected), "{slice}");
    }
}

#[test]
fn a_report_counts_shared_pages() {
    let call = Call { report: Reporting::Costs, ..Call::default() };
    let (_, lines) = job(C, &resources(), &call);
    for pages in ["report: memory in use: 65536 bytes", "report: memory reserved: 65536 bytes"] {
        assert!(lines.iter().any(|line| line == pages), "{lines:?}");
    }
}

/// A program whose threads do what `thread` says, started by `start`.
fn program(thread: &str, start: &str) -> &'static [u8] {
    text(&format!(
        r#"(module
            (import "env" "memory" (memory 1 1 shared))
            (import "env" "print_i32" (func $print (param i32)))
            (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
            (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
            (import "wasi_snapshot_preview1" "random_get"
                (func $random (param i32 i32) (result i32)))
            (import "wasi_snapshot_preview1" "fd_write"
                (func $write (param i32 i32 i32 i32) (result i32)))
            (func (export "wasi_thread_start") (param $id i32) (param $argument i32) {thread})
            (func (export "_start") {start})
            (func $forever
                (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
            (func $text (param $file i32) (param $at i32) (param $length i32)
                (i32.store (i32.const 8) (local.get $at))
                (i32.store (i32.const 12) (local.get $length))
                (drop (call $write
                    (local.get $file) (i32.const 8) (i32.const 1) (i32.const 16))))
            (data (i32.const 32) "one\0atwo\0athree"))"#
    ))
}

fn end(thread: &str, start: &str) -> String {
    job(program(thread, start), &resources(), &Call::default()).0
}

#[test]
fn any_thread_may_end_the_program() {
    let spawn = "(drop (call $spawn (i32.const 1))) (call $forever)";
    assert_eq!(end("(call $exit (i32.const 3))", spawn), r#"exit code 3: "_start""#);
    assert_eq!(end("(call $exit (i32.const 0))", spawn), "done");
    assert_eq!(end("unreachable", spawn), r#"unreachable: "_start""#);
    assert_eq!(end("", "(call $exit (i32.const 0)) unreachable"), "done");
    assert_eq!(end("", spawn), "deadlock: a guest waits, and nothing is left to wake it");
    assert_eq!(
        end("(call $forever)", spawn),
        "deadlock: a guest waits, and nothing is left to wake it"
    );
}

#[test]
fn threads_use_up_the_fuel_of_their_program() {
    let spin = "(loop $next (br $next))";
    // Threads that do nothing but start the next ones.
    let bomb = "(loop $next (drop (call $spawn (i32.const 1))) (br $next))";
    let start = "(drop (call $spawn (i32.const 1))) (call $forever)";
    for thread in [spin, bomb, "(drop (call $spawn (i32.const 1)))"] {
        for slice in [None, Some(1), Some(1_000_000)] {
            let call = Call { fuel: Some(100_000), slice, ..Call::default() };
            let (end, _) = job(program(thread, start), &resources(), &call);
            assert_eq!(end, r#"out of fuel: "_start""#, "{thread} {slice:?}");
        }
    }
}

#[test]
fn a_thread_too_many_is_refused_and_the_program_goes_on() {
    let spawn = "(call $print (call $spawn (i32.const 1)))";
    let start = spawn.repeat(3) + spawn;
    let (end, lines) = job(program("", &start), &resources(), &Call::default());
    assert_eq!((end.as_str(), lines), ("done", ["1", "2", "3", "-6"].map(Into::into).into()));
}

#[test]
fn what_is_printed_comes_by_lines() {
    let start = "
        (call $text (i32.const 1) (i32.const 32) (i32.const 2))
        (call $text (i32.const 2) (i32.const 36) (i32.const 4))
        (call $text (i32.const 1) (i32.const 34) (i32.const 2))
        (call $text (i32.const 1) (i32.const 40) (i32.const 5))";
    let (end, lines) = job(program("", start), &resources(), &Call::default());
    assert_eq!((end.as_str(), lines), ("done", ["two", "one", "three"].map(Into::into).into()));
    let long = "(call $text (i32.const 1) (i32.const 64) (i32.const 3000))";
    let (_, lines) = job(program("", long), &resources(), &Call::default());
    assert_eq!(lines.iter().map(String::len).collect::<Vec<_>>(), [1024, 1024, 952]);
}

#[test]
fn random_bytes_differ() {
    let start = "
        (drop (call $random (i32.const 64) (i32.const 12)))
        (call $print (i32.ne (i32.load (i32.const 64)) (i32.load (i32.const 68))))
        (call $print (i32.ne (i32.load (i32.const 68)) (i32.load (i32.const 72))))
        (call $print (i32.load (i32.const 76)))";
    let (_, lines) = job(program("", start), &resources(), &Call::default());
    assert_eq!(lines, ["1", "1", "0"]);
}

#[test]
fn a_slice_is_for_guests_without_threads_too() {
    let module = text(
        r#"(module (func (export "_start") (local $left i32)
            (local.set $left (i32.const 1000))
            (loop $next (br_if $next
                (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))))"#,
    );
    for slice in [None, Some(1), Some(1_000_000)] {
        assert_eq!(job(module, &resources(), &Call { slice, ..Call::default() }).0, "done");
    }
    let (end, _) = job(module, &resources(), &Call { slice: Some(0), ..Call::default() });
    assert_eq!(end, "configuration: Config::slice must be at least 1");
}
