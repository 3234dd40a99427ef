//! `rig batch`

use super::Modules;
use crate::support::{Ran, command};
use std::process::Command;

const BOARD: &str = "mps2-an386";

/// Runs a list with stderr into stdout, to see the order of both.
pub(super) fn batch(list: &str, board: &str) -> Ran {
    let rig = command(&[]);
    let mut shell = Command::new("sh");
    shell.args(["-c", "exec \"$0\" batch \"$1\" --board \"$2\" --time-limit 20 2>&1"]);
    shell.arg(rig.get_program()).args([list, board]).output().unwrap().into()
}

#[test]
fn a_run_that_fails_does_not_touch_the_next() {
    let modules = Modules::new();
    modules.file(
        "good.wat",
        r#"(module (memory (export "memory") 1)
            (func (export "count") (result i32)
                (i32.store8 (i32.const 0) (i32.add (i32.load8_u (i32.const 0)) (i32.const 1)))
                (i32.load8_u (i32.const 0)))
            (func (export "trap") (param i64) unreachable)
            (func (export "endless") (loop (br 0))))"#,
    );
    modules.file("text.wat", "(module\n (nop))");
    modules.file("junk.wasm", "junk");
    let list = modules.file(
        "all.list",
        "# comment\ngood.wat --invoke count\ntext.wat\nmissing.wasm\n\
         good.wat --invoke trap -1\njunk.wasm\n\ngood.wat --fuel 1000 --invoke endless\n\
         good.wat --invoke cout\n'good.wat' --invoke count\ntext.wat\n",
    );
    let ran = batch(&list, BOARD);
    let folder = modules.0.path().display().to_string();
    let output = ran.stdout.replace(&format!("{folder}/"), "");
    let expected = [
        "== good.wat",
        "result: 1",
        "== text.wat",
        "error: invalid module: text.wat:2:3: ",
        "== missing.wasm",
        "error: cannot read module: missing.wasm: ",
        "== good.wat",
        "error: unreachable: ",
        "help: --backtrace shows where in the guest",
        "== junk.wasm",
        "error: no module: junk.wasm is text",
        "== good.wat",
        "error: out of fuel: ",
        "help: --backtrace shows where in the guest",
        "== good.wat",
        "error: unknown export: \"cout\"",
        "help: is it one of these? \"count\" () -> (i32)",
        "== good.wat",
        "result: 1",
        "== text.wat",
        "error: invalid module: text.wat:2:3: ",
    ];
    let lines: Vec<&str> = output.lines().collect();
    assert_eq!(lines.len(), expected.len(), "{output}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{expected}: {output}");
    }
    assert_eq!(ran.code, Some(0));
}

#[test]
fn a_list_of_nothing_readable_needs_no_chip() {
    let modules = Modules::new();
    let ran = batch(&modules.file("all.list", "missing.wasm\n"), BOARD);
    assert_eq!(ran.code, Some(0));
    assert!(ran.stdout.starts_with("== missing.wasm\nerror: cannot read module: "), "{ran:?}");
}

#[test]
fn a_wrong_list_runs_nothing() {
    let modules = Modules::new();
    let list = modules.file("all.list", "a.wasm\na.wasm --fuel lots\n");
    let ran = batch(&list, BOARD);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stdout.starts_with(&format!("error: wrong list: {list}:2: ")), "{ran:?}");
}
