//! A board with two cores.

use super::{Modules, build, demo, demo_record, reported, workspace};
use crate::support::rig;
use std::fs;
use std::sync::OnceLock;

const BOARD: &str = "mps2-an521";

fn build_firmware() {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| build(&["--board", BOARD]));
}

#[test]
fn the_examples_show_what_is_on_record_and_run_on_both_cores() {
    build_firmware();
    let (output, logs) = demo(&["--board", BOARD]);
    assert_eq!(output, fs::read_to_string(demo_record()).unwrap());
    assert!(logs.iter().any(|line| line.contains(BOARD) && line.contains("Cortex-M33")));
    for (worker, core) in [(0, 0), (1, 1), (2, 0)] {
        let line = format!("worker {worker} runs on core {core} ");
        assert_eq!(logs.iter().filter(|log| log.contains(&line)).count(), 1, "{line}: {logs:?}");
    }
}

#[test]
fn programs_with_threads_run_on_it() {
    build_firmware();
    let module = workspace().join("boards/scenarios/guests/threads-rust/threads.wasm");
    let ran = rig(&["run", module.to_str().unwrap(), "--board", BOARD, "--slice", "100"]);
    let shown = "counter 300 messages 15 squares 14\n";
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), shown, ""));
}

#[test]
fn a_batch_comes_through() {
    build_firmware();
    let modules = Modules::new();
    modules.file("add.wat", r#"(module (func (export "f") (result i32) (i32.const 42)))"#);
    modules.file("trap.wat", r#"(module (func (export "f") unreachable))"#);
    let list = modules.file("list", "trap.wat --invoke f\nadd.wat --invoke f\n");
    let ran = rig(&["batch", &list, "--board", BOARD]);
    let shown = "== trap.wat\n== add.wat\nresult: 42\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), shown), "{ran:?}");
    let help = "help: --backtrace shows where in the guest\n";
    assert_eq!(ran.stderr, format!("error: unreachable: \"f\"\n{help}"));
}

#[test]
fn no_figure_is_shown_that_is_not_measured() {
    build_firmware();
    let modules = Modules::new();
    let report = modules.run("(module)", &["--report", "--board", BOARD]);
    assert_eq!(report.code, Some(0), "{report:?}");
    assert!(reported(&report, "heap peak").is_some(), "{report:?}");
    assert!(!report.stdout.contains("instructions"), "{report:?}");
    let bench = rig(&["bench", "--board", BOARD]);
    assert_eq!((bench.code, bench.stdout.as_str()), (Some(1), ""));
    assert_eq!(
        bench.stderr,
        format!("error: instructions can't be counted: {BOARD} has 2 cores\n")
    );
}
