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
