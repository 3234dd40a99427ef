//! Settings of a run: `--reserve`, `--heap`, `--stack`, `--lazy`, `--prepared`, `--parts`, `--arg`, `--env`.

use super::{Modules, batch::batch};

const GROW: &str =
    r#"(module (memory 1) (func (export "f") (result i32) (memory.grow (i32.const 20))))"#;
const DEEP: &str = r#"(module (func $f (export "f") (param i32)
    (local i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64 i64)
    (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1)))))))"#;
/// Invalid, which is found in a function that is not called.
const INVALID: &str = r#"(module (func (export "f") (result i32) (i32.const 1)) (func i32.add))"#;

#[test]
fn each_is_in_force() {
    let modules = Modules::new();
    let ends = |text: &str, arguments: &[&str], code, output: &str| {
        let ran = modules.run(text, arguments);
        let shown = if code == 0 { &ran.stdout } else { &ran.stderr };
        assert!(ran.code == Some(code) && shown.starts_with(output), "{arguments:?}: {ran:?}");
    };
    ends(GROW, &["--invoke", "f"], 0, "result: -1\nrefused growths: 1, as 589,824 bytes are ");
    ends(GROW, &["--reserve", "20", "--invoke", "f"], 0, "result: 1\n");
    ends(GROW, &["--reserve", "0", "--invoke", "f"], 0, "result: -1\n");
    ends(DEEP, &["--invoke", "f", "300"], 0, "");
    ends(DEEP, &["--stack", "4096", "--invoke", "f", "300"], 1, "error: call stack exhausted");
    ends(DEEP, &["--heap", "200000", "--invoke", "f", "300"], 0, "");
    ends(DEEP, &["--heap", "20000", "--invoke", "f", "300"], 1, "error: out of heap: needs ");
    ends(INVALID, &["--invoke", "f"], 1, "error: invalid module: byte ");
    ends(INVALID, &["--lazy", "--invoke", "f"], 1, "error: invalid module: byte ");
    ends(DEEP, &["--lazy", "--invoke", "f", "9"], 0, "");
    ends(GROW, &["--prepared", "--invoke", "f"], 0, "result: -1\n");
    ends(GROW, &["--parts", "--reserve", "20", "--invoke", "f"], 0, "result: 1\n");
    ends(DEEP, &["--parts=1", "--invoke", "f", "9"], 0, "");
    ends(INVALID, &["--parts", "--invoke", "f"], 1, "error: byte ");
    ends("(module (func unreachable))", &["--prepared", "--lazy"], 0, "");
}

/// Prints what it is given, whose strings end with a zero byte each.
const STRINGS: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_sizes_get"
        (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_get" (func $get (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write"
        (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1 1)
    (func (export "_start")
        (drop (call $sizes (i32.const 0) (i32.const 12)))
        (drop (call $get (i32.const 16) (i32.const 256)))
        (i32.store (i32.const 8) (i32.const 256))
        (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))))"#;

#[test]
fn a_program_gets_arguments_and_environment() {
    let modules = Modules::new();
    let given = ["--arg", "-v", "--env", "A=1=2", "--arg", "a\tb%"];
    let ran = modules.run(STRINGS, &given);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "guest\0-v\0a\tb%\0\n"), "{ran:?}");
    let ran = modules.run(&STRINGS.replace("args_", "environ_"), &given);
    assert_eq!(ran.stdout, "RUST_MIN_STACK=16384\0A=1=2\0\n", "{ran:?}");
    let ran = modules.run(STRINGS, &["--env", "A"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("not NAME=VALUE"), "{ran:?}");
}

#[test]
fn a_report_tells_how_far_memories_can_grow() {
    let modules = Modules::new();
    let told = |text: &str, arguments: &[&str]| {
        let ran = modules.run(text, &[arguments, &["--report"]].concat());
        ran.stdout.lines().last().unwrap_or_default().to_owned()
    };
    assert!(told(GROW, &[]).starts_with("growth beyond 589,824 bytes is refused: --reserve "));
    assert!(told(GROW, &["--reserve", "2"]).starts_with("growth beyond 196,608 bytes is refused"));
    assert!(told("(module (memory 1 2))", &[]).starts_with("| "));
}

#[test]
fn runs_of_a_list_have_their_own() {
    let modules = Modules::new();
    modules.file("grow.wat", GROW);
    modules.file("deep.wat", DEEP);
    let list = modules.file(
        "all.list",
        "grow.wat --reserve 20 --invoke f\ngrow.wat --invoke f\n\
         deep.wat --heap 20000 --invoke f 1\ndeep.wat --prepared --report --invoke f 1\n\
         deep.wat --lazy --stack 65536 --invoke f 300\n",
    );
    let output = batch(&list, "mps2-an386").stdout;
    let blocks: Vec<&str> = output.split("== ").skip(1).collect();
    let beginnings = [
        "grow.wat\nresult: 1\n",
        "grow.wat\nresult: -1\n",
        "deep.wat\nerror: out of heap: needs ",
        "deep.wat\n| cost ",
        "deep.wat\n",
    ];
    assert_eq!(blocks.len(), beginnings.len(), "{output}");
    for (block, beginning) in blocks.iter().zip(beginnings) {
        assert!(block.starts_with(beginning), "{beginning}: {output}");
    }
    assert_eq!(blocks.last(), Some(&"deep.wat\n"), "{output}");
}
