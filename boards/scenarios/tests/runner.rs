//! Jobs on the host: results, what guests print, and the one line of each failure.

use vellum::{PAGE_SIZE, PagePool};
use vellum_scenarios::{
    bench,
    host::Recorder,
    runner::{Argument, Call, Reporting, Resources, Settings, run},
};

static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();

/// Jobs check that the pool is theirs alone, so they take turns.
static TURN: std::sync::Mutex<()> = std::sync::Mutex::new(());

fn job(text: &str, call: &Call<'_>) -> Result<Vec<String>, String> {
    let _turn = TURN.lock();
    let module = wat::parse_str(text).unwrap();
    let console = Recorder::default();
    let result = run(&console, &Resources::small(&PAGES), module.into(), call);
    assert_eq!(PAGES.leased(), 0);
    result.map(|()| console.lines()).map_err(|failure| failure.to_string())
}

fn invoke(text: &str, name: &str, arguments: &[&str]) -> Result<Vec<String>, String> {
    let arguments = arguments.iter().map(|argument| Argument::of(argument)).collect();
    job(text, &Call { invoke: Some(name.into()), arguments, ..Call::default() })
}

const ADD: &str = r#"(module
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "half") (param f64) (result f64 i64)
        (f64.div (local.get 0) (f64.const 2)) (i64.const -1))
    (func (export "stop") (param i32) unreachable)
    (func (export "spin") (loop (br 0))))"#;

#[test]
fn results_are_one_a_line() {
    assert_eq!(invoke(ADD, "add", &["2", "-3"]).unwrap(), ["result: -1"]);
    assert_eq!(invoke(ADD, "add", &["0xffffffff", "1"]).unwrap(), ["result: 0"]);
    assert_eq!(invoke(ADD, "half", &["3"]).unwrap(), ["result: 1.5", "result: -1"]);
    assert_eq!(invoke(ADD, "half", &["inf"]).unwrap(), ["result: inf", "result: -1"]);
}

#[test]
fn failures_say_what_and_where() {
    assert_eq!(invoke(ADD, "stop", &["0"]).unwrap_err(), r#"unreachable: "stop""#);
    assert_eq!(invoke(ADD, "sub", &[]).unwrap_err(), r#"unknown export: "sub""#);
    for arguments in [["1"].as_slice(), &["1", "2", "3"], &["1", "4294967296"], &["1", "x"]] {
        let error = invoke(ADD, "add", arguments).unwrap_err();
        assert_eq!(error, "wrong arguments: the function is (i32, i32) -> (i32)");
    }
    let call = Call { fuel: Some(1000), invoke: Some("spin".into()), ..Call::default() };
    assert_eq!(job(ADD, &call).unwrap_err(), r#"out of fuel: "spin""#);
    let start = r#"(module (func $s (loop (br 0))) (start $s))"#;
    let call = Call { fuel: Some(1000), ..Call::default() };
    assert_eq!(job(start, &call).unwrap_err(), "out of fuel: start function");
}

#[test]
fn failures_of_loading() {
    let start = r#"(module (func $s unreachable) (start $s))"#;
    assert_eq!(job(start, &Call::default()).unwrap_err(), "unreachable: start function");
    let import = r#"(module (import "env" "beep" (func)))"#;
    assert_eq!(job(import, &Call::default()).unwrap_err(), r#"unknown import: "env"."beep""#);
    let pages = r#"(module (memory 4) (memory 4))"#;
    let error = job(pages, &Call::default()).unwrap_err();
    assert!(error.starts_with("out of pages: needs 4 pages (262144 bytes)"), "{error}");
    let large = r#"(module (memory 5))"#;
    let error = job(large, &Call::default()).unwrap_err();
    assert!(error.starts_with("limit exceeded: Config::memory_maximum"), "{error}");
}

#[test]
fn a_module_that_is_none() {
    let _turn = TURN.lock();
    let console = Recorder::default();
    let resources = Resources::small(&PAGES);
    let failure =
        run(&console, &resources, b"\0asm\x01\0\0\0\x01".into(), &Call::default()).unwrap_err();
    assert!(failure.to_string().starts_with("invalid module: byte "), "{failure}");
}

#[test]
fn guests_print() {
    let printed = job(
        r#"(module
            (import "env" "print_i32" (func $i32 (param i32)))
            (import "env" "print_i64" (func $i64 (param i64)))
            (import "env" "print_f32" (func $f32 (param f32)))
            (import "env" "print_f64" (func $f64 (param f64)))
            (import "env" "print" (func $print (param i32 i32)))
            (memory (export "memory") 1)
            (data (i32.const 8) "Gr\c3\bc\c3\9fe\ff!\n")
            (func $start (call $i32 (i32.const -7)))
            (start $start)
            (func (export "_start")
                (call $i64 (i64.const -9223372036854775808))
                (call $f32 (f32.const 0.1))
                (call $f64 (f64.const nan))
                (call $print (i32.const 8) (i32.const 10))))"#,
        &Call::default(),
    );
    let expected = ["-7", "-9223372036854775808", "0.1", "NaN", "Grüße\u{FFFD}!"];
    assert_eq!(printed.unwrap(), expected);
}

#[test]
fn printing_beyond_the_memory_stops_the_guest() {
    let text = r#"(module
        (import "env" "print" (func $print (param i32 i32)))
        (memory (export "memory") 1)
        (func (export "_start") (call $print (i32.const 65530) (i32.const 7))))"#;
    let expected = "out of bounds memory access: 7 bytes at offset 65530 of 65536";
    assert_eq!(job(text, &Call::default()).unwrap_err(), expected);
}

#[test]
fn a_report_tells_pages() {
    let text =
        r#"(module (memory 1 3) (func (export "_start") (drop (memory.grow (i32.const 1)))))"#;
    let lines = job(text, &Call { report: Reporting::Costs, ..Call::default() }).unwrap();
    let pages = ["report: memory in use: 131072 bytes", "report: memory reserved: 196608 bytes"];
    assert_eq!(lines[..2], pages);
    assert!(lines[2].starts_with("report: pool high-water: "), "{lines:?}");
}

#[test]
fn a_refused_growth_is_named() {
    let text = r#"(module (memory 1) (func (export "grow") (param i32) (result i32)
        (memory.grow (local.get 0))))"#;
    let grow = |pages| invoke(text, "grow", &[pages]).unwrap();
    assert_eq!(grow("1"), ["result: 1"]);
    let refused = "refused growths: 1, as 131,072 bytes are reserved: --reserve PAGES lets a memory \
                   without a maximum have more, a larger pool any";
    assert_eq!(grow("2"), ["result: -1", refused]);
}

#[test]
fn a_budget_needs_no_imports_and_calls_nothing() {
    let text = r#"(module
        (import "no" "such" (func (param i32)))
        (import "no" "memory" (memory 1 2))
        (import "no" "table" (table 3 funcref))
        (import "no" "global" (global (mut f64)))
        (import "no" "reference" (global externref))
        (import "env" "print_i32" (func $print (param i32)))
        (func $start (call $print (i32.const 7))) (start $start)
        (func (export "_start") unreachable))"#;
    let lines = job(text, &Call { report: Reporting::Budget, ..Call::default() }).unwrap();
    assert_eq!(lines[..2], ["7", "report: memory in use: 65536 bytes"]);
    let start = text.replace("(call $print (i32.const 7))", "unreachable");
    let call = Call { report: Reporting::Budget, ..Call::default() };
    assert_eq!(job(&start, &call).unwrap_err(), "unreachable: start function");
}

#[test]
fn settings_of_a_job_are_in_force() {
    let grow =
        r#"(module (memory 1) (func (export "f") (result i32) (memory.grow (i32.const 2))))"#;
    let with = |settings| Call { settings, invoke: Some("f".into()), ..Call::default() };
    assert_eq!(job(grow, &with(Settings::default())).unwrap()[0], "result: -1");
    let settings = Settings { reserve: Some(2), ..Settings::default() };
    assert_eq!(job(grow, &with(settings)).unwrap(), ["result: 1"]);

    let deep = r#"(module (func $f (export "f") (param i64) (local i64 i64 i64 i64 i64 i64 i64 i64)
        (if (i64.ne (local.get 0) (i64.const 0))
            (then (call $f (i64.sub (local.get 0) (i64.const 1)))))))"#;
    let arguments = vec![Argument::of("30")];
    let call = |stack| {
        let settings = Settings { stack, ..Settings::default() };
        Call { arguments: arguments.clone(), ..with(settings) }
    };
    job(deep, &call(None)).unwrap();
    assert_eq!(job(deep, &call(Some(1024))).unwrap_err(), r#"call stack exhausted: "f""#);

    let invalid = r#"(module (func (export "f")) (func (result i32)))"#;
    for is_lazy in [false, true] {
        let settings = Settings { is_lazy, ..Settings::default() };
        assert!(job(invalid, &with(settings)).unwrap_err().starts_with("invalid module"));
    }
}

#[test]
fn the_workloads_give_their_checksums() {
    let _turn = TURN.lock();
    let console = Recorder::default();
    let module = include_bytes!("../workloads/work.wasm");
    bench::run(&console, &PAGES, &|| Ok(module.into())).unwrap();
    let expected = [
        "load 0 0",
        "stack-load 0",
        "fib 0 1a6d",
        "sieve 0 1414",
        "crc 0 316d8ba3",
        "matmul 0 e4fceb80",
        "bytecopy 0 befa",
        "bulk 0 688b2210",
        "hostcalls 0 3e8",
        "guestcalls 0 3e8",
        "grow 0 1",
        "stack-run 0",
        "heap-peak 0",
        "end",
    ];
    assert_eq!(console.lines(), expected.map(|line| format!("bench: {line}")));
}
