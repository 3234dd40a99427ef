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

#[test]
fn each_run_tells_what_it_is_asked_to() {
    let modules = Modules::shown();
    let text = r#"(module (func $main (export "main") call 1) (func $fail (loop unreachable))
        (func (export "fine")))"#;
    modules.file("a.wat", text);
    modules.file("b.wat", text.replace("fail", "crash"));
    let list = modules.file(
        "all.list",
        "a.wat --coredump a.core --invoke main\nb.wat --coredump b.core --invoke fine\n\
         b.wat --backtrace --invoke main\nb.wat --profile b.txt --invoke main\nb.wat --invoke fine\n",
    );
    let ran = batch(&list, BOARD);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let names = ran.stdout.lines().filter(|line| !line.contains("at "));
    let names: Vec<_> = names.map(|line| line.rsplit(" - ").next().unwrap()).collect();
    let expected = [
        "== a.wat",
        "error: unreachable: \"main\"",
        "wasm backtrace:",
        "a.wat!fail",
        "a.wat!main",
        "== b.wat",
        "== b.wat",
        "error: unreachable: \"main\"",
        "wasm backtrace:",
        "b.wat!crash",
        "b.wat!main",
        "== b.wat",
        "error: unreachable: \"main\"",
        "wasm backtrace:",
        "b.wat!crash",
        "b.wat!main",
        "help: no sample was taken: the guest ran for less than 1,000 units, about one an instruction",
        "== b.wat",
    ];
    assert_eq!(names, expected, "{}", ran.stdout);
    let written = |name: &str| modules.0.path().join(name).exists();
    assert!(written("a.core") && !written("b.core") && written("b.txt"));
}
