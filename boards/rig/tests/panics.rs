//! A failure of the firmware ends the boot, and its report says what happened, where, and what was
//! being done with which module; the next boot says it again. A program of its own, because it needs
//! the image that also tests.
#![cfg(feature = "emulated")]

#[path = "program/support.rs"]
mod support;

use std::sync::OnceLock;
use support::{Ran, rig};
use tempfile::TempDir;

const GUEST: &str = r#"(module
    (func (export "f") (result i32) (i32.const 42))
    (func (export "_start"))
    (func (export "endless") (loop (br 0))))"#;

const BOARDS: [&str; 3] = ["mps2-an386", "mps2-an521", "stm32f405"];

/// Modules in files.
struct Modules(TempDir);

impl Modules {
    /// Builds the firmware of each board too, once, so that no test sees cargo at work.
    fn new() -> Self {
        static BUILT: OnceLock<()> = OnceLock::new();
        let modules = Self(tempfile::tempdir().unwrap());
        BUILT.get_or_init(|| {
            let file = modules.file("good.wat", GUEST);
            for board in BOARDS {
                let ran = rig(&["run", "--tests", "--board", board, &file, "--invoke", "f"]);
                let found = (ran.code, ran.stdout.as_str());
                assert_eq!(found, (Some(0), "result: 42\n"), "{ran:?}");
            }
        });
        modules
    }

    /// Writes a file and gives its path.
    fn file(&self, name: &str, content: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// A report without its places, and the places: addresses with the functions they lie in.
fn report(line: &str) -> (&str, Vec<&str>) {
    let (report, places) = line.trim_end().split_once(": at [0x").expect(line);
    let places: Vec<&str> = places.strip_suffix(']').expect(line).split(", 0x").collect();
    for place in &places {
        let (address, name) = place.split_at(8);
        assert!(u32::from_str_radix(address, 16).is_ok_and(|address| address != 0), "{line}");
        assert!(name.starts_with(" (") && name.ends_with(')'), "{line}");
    }
    (report, places)
}

/// Checks that a report has this text and that one of its places lies in a function of this name.
fn assert_reported(line: &str, text: &str, function: &str) {
    let (report, places) = report(line);
    assert_eq!(report, text);
    assert!(places.iter().any(|place| place.contains(function)), "{function}: {line}");
}

/// A report without the figures that differ between boards: hexadecimal ones, and what is free.
fn without_figures(line: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in line.split(' ') {
        if word.starts_with("0x") {
            let mark = word.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
            words.last_mut().unwrap().push_str(mark);
        } else {
            if word.starts_with("free") {
                words.pop();
            }
            words.push(word.to_owned());
        }
    }
    words.join(" ")
}

/// Crashes on the last core, and checks that this boot and the next one report the same.
fn assert_crash(board: &str, how: &str, text: &str, function: &str) {
    let ran = rig(&["crash", how, "--board", board]);
    let lines: Vec<&str> = ran.stderr.lines().collect();
    let [now, next] = lines.as_slice() else { panic!("{board}, {how}: {ran:?}") };
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(next.replacen("error: last boot: ", "error: ", 1), **now);
    let (found, places) = report(now);
    assert_eq!(without_figures(found), format!("error: {text}"), "{board}: {now}");
    assert!(places.iter().any(|place| place.contains(function)), "{function}: {now}");
}

#[test]
fn each_crash_is_named_on_the_core_it_happens_on_and_by_the_next_boot() {
    let _firmware = Modules::new();
    for board in BOARDS {
        let on = if board == "mps2-an521" { " on core 1" } else { "" };
        let check = |how, text: &str, function| assert_crash(board, how, text, function);
        check("panic", &format!("panicked{on}"), "Crash>::happen");
        let usage = format!("usage fault{on}: undefined instruction, cfsr");
        check("usage", &usage, "Crash>::happen");
        check("bus", &format!("bus fault{on}: no such address, cfsr, address"), "read_nothing");
        let memory = format!("memory fault{on}: execution forbidden, cfsr");
        check("memory", &memory, "call_nothing");
        check("stack", &format!("stack overflow{on}: sp"), "crash::deep");
        let heap = format!("out of heap: needs 1,073,741,823 bytes, free{on}");
        check("heap", &heap, "Crash>::happen");
    }
}

/// The first core reports what hangs, wherever that is; it waits for the second one.
#[test]
fn a_hang_is_ended_by_the_watchdog() {
    let _firmware = Modules::new();
    assert_crash("mps2-an386", "hang", "watchdog", "crash::hang");
    assert_crash("mps2-an521", "hang", "watchdog on core 0", "cores::job::");
}

#[test]
fn a_board_without_a_watchdog_says_so() {
    let modules = Modules::new();
    let line = "error: no watchdog: stm32f405\n";
    let file = modules.file("good.wat", GUEST);
    for command in [&["crash", "hang"][..], &["run", "--tests", &file, "--watchdog", "1"]] {
        let ran = rig(&[command, &["--board", "stm32f405"]].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), line), "{ran:?}");
    }
}

/// Where the logger is in use the report can't be said, and waits for the next boot.
#[test]
fn what_happens_amid_a_log_line_is_said_by_the_next_boot() {
    let _firmware = Modules::new();
    let check = |board: &str, how: &str, text: &str, function: &str| {
        let ran = rig(&["crash", how, "--board", board]);
        let errors: Vec<&str> =
            ran.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
        let [line] = errors.as_slice() else { panic!("{board}, {how}: {ran:?}") };
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert_reported(line, &format!("error: last boot: {text}"), function);
    };
    for board in BOARDS {
        let on = if board == "mps2-an521" { " on core 1" } else { "" };
        let text = format!("usage fault{on}: undefined instruction, cfsr 0x00010000");
        check(board, "usage-in-log", &text, "crash::amid_log");
    }
    check("mps2-an386", "hang-in-log", "watchdog", "crash::amid_log");
    // Core 1 keeps the logger for ever: core 0 waits for it until the watchdog resets the chip.
    check("mps2-an521", "hang-in-log", "watchdog on core 0", "cores::job::");
}

/// What a run of a module of this name says, on one line.
fn run_of(modules: &Modules, name: &str, board: &str, options: &[&str]) -> (Ran, String) {
    let file = modules.file(name, GUEST);
    let ran = rig(&[&["run", "--tests", file.as_str(), "--board", board], options].concat());
    assert_eq!((ran.code, ran.stderr.lines().count()), (Some(1), 1), "{ran:?}");
    (ran, file)
}

#[test]
fn a_run_tells_the_step_and_the_module() {
    let modules = Modules::new();
    for (step, function, doing, shown) in [
        ("loading", "f", "loading", ""),
        ("instantiating", "f", "instantiating", ""),
        ("calling", "f", "calling \"f\" of", ""),
        ("calling", "_start", "calling \"_start\" of", ""),
        ("unloading", "f", "unloading", "result: 42\n"),
    ] {
        let invoke: &[&str] = if function == "_start" { &[] } else { &["--invoke", function] };
        let name = format!("panic-while-{step}.wat");
        let (ran, file) = run_of(&modules, &name, "mps2-an386", invoke);
        assert_eq!(ran.stdout, shown, "{ran:?}");
        let text = format!("error: panicked: {doing} \"{file}\"");
        assert_reported(&ran.stderr, &text, "Crash>::happen");
    }
}

#[test]
fn each_failure_tells_the_guest_that_runs_on_every_board() {
    let modules = Modules::new();
    for board in BOARDS {
        let on = if board == "mps2-an521" { " on core 0" } else { "" };
        for (how, what, detail) in [
            ("usage", "usage fault", ": undefined instruction, cfsr"),
            ("bus", "bus fault", ": no such address, cfsr, address"),
            ("memory", "memory fault", ": execution forbidden, cfsr"),
            ("stack", "stack overflow", ": sp"),
            ("heap", "out of heap: needs 1,073,741,823 bytes, free", ""),
        ] {
            let name = format!("{how}-while-calling.wat");
            let (ran, file) = run_of(&modules, &name, board, &["--invoke", "f"]);
            let (found, _) = report(&ran.stderr);
            let text = format!("error: {what}{on}: calling \"f\" of \"{file}\"{detail}");
            assert_eq!(without_figures(found), text, "{board}: {ran:?}");
        }
    }
}

#[test]
fn the_watchdog_tells_which_guest_takes_too_long() {
    let modules = Modules::new();
    for (board, on) in [("mps2-an386", ""), ("mps2-an521", " on core 0")] {
        let options = ["--watchdog", "1", "--invoke", "endless"];
        let (ran, file) = run_of(&modules, "guest.wat", board, &options);
        let text = format!("error: watchdog{on}: calling \"endless\" of \"{file}\"");
        assert_reported(&ran.stderr, &text, "wasmi");
    }
}

#[test]
fn a_run_in_time_is_left_alone_by_the_watchdog() {
    let modules = Modules::new();
    let file = modules.file("good.wat", GUEST);
    let ran = rig(&["run", "--tests", &file, "--watchdog", "1", "--invoke", "f"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "result: 42\n"), "{ran:?}");
}

#[test]
fn a_batch_tells_the_job_too_and_ends() {
    let modules = Modules::new();
    modules.file("good.wat", GUEST);
    modules.file("panic-while-calling.wat", GUEST);
    let list = modules.file(
        "all.list",
        "good.wat --invoke f\n# comment\nmissing.wasm\n\npanic-while-calling.wat\n\
         panic-while-calling.wat --invoke f\ngood.wat\n",
    );
    let ran = rig(&["batch", "--tests", &list]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(
        ran.stdout,
        "== good.wat\nresult: 42\n== missing.wasm\n== panic-while-calling.wat\n"
    );
    let errors: Vec<&str> = ran.stderr.lines().collect();
    let [missing, panicked, ended] = errors.as_slice() else { panic!("{ran:?}") };
    assert!(missing.starts_with("error: cannot read module: "), "{missing}");
    let expected = "error: panicked: calling \"_start\" of \"panic-while-calling.wat\", job 3";
    assert_eq!(report(panicked).0, expected);
    assert_eq!(*ended, "error: firmware ended with status 101: mps2-an386");
}
