//! Command lines that need no board: what is printed where, and the exit code.

use crate::support::{Ran, rig};

/// One line on stderr that begins with `error: ` and `what`, nothing on stdout, and this code.
fn assert_refused(ran: &Ran, code: i32, what: &str) {
    assert_eq!(ran.code, Some(code), "{ran:?}");
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.starts_with(&format!("error: {what}")), "{ran:?}");
    assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
}

#[test]
fn wrong_command_lines_exit_with_2_and_one_line() {
    let wrong: [(&[&str], &str); 11] = [
        (&["walk"], "unrecognized subcommand 'walk'"),
        (&["run"], "the following required arguments were not provided: <FILE>"),
        (&["run", "a.wasm", "--nosuch"], "unexpected argument '--nosuch'"),
        (&["run", "a.wasm", "--invoke"], "a value is required for '--invoke"),
        (&["run", "a.wasm", "--fuel", "-1"], "invalid value '"),
        (&["run", "a.wasm", "--fuel", "lots"], "invalid value 'lots'"),
        (&["run", "a.wasm", "--time-limit", "0"], "invalid value '0'"),
        (&["run", "a.wasm", "--board", "nosuch"], "unknown board: nosuch (there are: "),
        (&["sizes", "--check", "--update"], "the argument '--check' cannot be used"),
        (&["suite", "nosuch"], "no such step: nosuch"),
        (&["flash", "a.wasm"], "the following required arguments were not provided: --board"),
    ];
    for (arguments, what) in wrong {
        assert_refused(&rig(arguments), 2, what);
    }
}

#[test]
fn no_command_shows_the_help_and_exits_with_2() {
    let ran = rig(&[]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.stderr.contains("Usage: cargo rig <COMMAND>"), "{ran:?}");
}

#[test]
fn help_is_on_stdout() {
    for arguments in [&["--help"][..], &["run", "--help"], &["help", "batch"], &["--version"]] {
        let ran = rig(arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        assert!(!ran.stdout.is_empty());
    }
}

#[test]
fn missing_files_exit_with_1_and_one_line() {
    let missing: [(&[&str], &str); 3] = [
        (&["run", "/nonexistent/a.wasm"], "cannot read module: /nonexistent/a.wasm: "),
        (&["batch", "/nonexistent/all.list"], "cannot read list: /nonexistent/all.list: "),
        (
            &["build", "/nonexistent/a.wasm", "--board", "stm32f405"],
            "cannot read module: /nonexistent/a.wasm: ",
        ),
    ];
    for (arguments, what) in missing {
        assert_refused(&rig(arguments), 1, what);
    }
}

#[test]
fn text_that_is_no_module_is_refused_where_it_is_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("wrong.wat");
    std::fs::write(&file, "(module\n (func (export \"f\") (nop)").unwrap();
    let file = file.to_str().unwrap();
    assert_refused(&rig(&["run", file]), 1, &format!("invalid module: {file}:2:"));
}

#[test]
fn every_board_is_listed_with_its_facts() {
    let ran = rig(&["boards"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    for fact in ["mps2-an386 (default)", "stm32f405", "Cortex-M4F", "STM32F405RG"] {
        assert!(ran.stdout.contains(fact), "{fact}: {ran:?}");
    }
}

#[test]
fn the_steps_of_the_suite_are_listed() {
    let (everyday, all) = (rig(&["suite", "--list"]), rig(&["suite", "--all", "--list"]));
    assert_eq!((everyday.code, all.code), (Some(0), Some(0)));
    assert!(everyday.stdout.lines().count() < all.stdout.lines().count());
    assert!(all.stdout.contains("demo stm32f405: rig demo --board stm32f405\n"));
}

#[test]
fn what_is_no_module_is_refused_for_what_it_is_before_anything_is_built() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content, what) in [
        ("empty.wasm", &b""[..], "is empty"),
        ("hello.c", b"#include <stdio.h>\n", "is source code: compile it, "),
        ("module.wasm", b"(module)", "is a module as text: its name is to end in .wat"),
        ("notes.wasm", b"notes", "is text"),
        ("a.out", b"\x7fELF\x01\x01\x01", "is an ELF file, "),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        let file = file.to_str().unwrap();
        for command in ["run", "inspect", "budget"] {
            assert_refused(&rig(&[command, file]), 1, &format!("no module: {file} {what}"));
        }
    }
}

#[test]
fn inspecting_fails_if_the_module_is_not_valid() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../scenarios/hostile/noise.wasm");
    let ran = rig(&["inspect", file]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), ""), "{ran:?}");
    assert_eq!(ran.stdout.matches("not valid: byte 0: ").count(), 1, "{ran:?}");
    assert!(ran.stdout.lines().all(|line| line.chars().count() < 100), "{ran:?}");
}

#[test]
fn inspecting_needs_no_board() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("guest.wat");
    std::fs::write(&file, r#"(module (memory (export "memory") 33))"#).unwrap();
    let file = file.to_str().unwrap();
    let ran = rig(&["inspect", file]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(
        ran.stdout.contains("\nmps2-an386: does not fit: memory: needs 2,162,688, "),
        "{ran:?}"
    );
    let document: serde_json::Value =
        serde_json::from_str(&rig(&["inspect", file, "--json"]).stdout).unwrap();
    assert_eq!(document["exports"][0]["name"], "memory");
    for (range, why) in [
        ("9..3", "it ends before it starts"),
        ("5", "not START..END"),
        ("a..b", "not two addresses"),
    ] {
        let refused = rig(&["inspect", file, "--invoke", "f", "--range", range]);
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.stderr.contains(why), "{refused:?}");
    }
    assert_eq!(rig(&["inspect", file, "--json", "--invoke", "f"]).code, Some(2));
    assert_eq!(rig(&["inspect", file, "--html", "page.html"]).code, Some(2));
}
