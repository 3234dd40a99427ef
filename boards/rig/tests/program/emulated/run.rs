//! `rig run`

use super::Modules;
use crate::support::command;

const MODULE: &str = r#"(module
    (func (export "add") (param i32 i32) (result i32) (i32.add (local.get 0) (local.get 1)))
    (func (export "several") (result i64 f32) (i64.const -5) (f32.const 1.5))
    (func (export "same") (param f64) (result f64) (local.get 0))
    (func (export "nothing"))
    (func (export "a name") (result i32) (i32.const 3)))"#;

#[test]
fn each_result_is_a_line() {
    let modules = Modules::new();
    let calls: [(&[&str], &str); 6] = [
        (&["add", "1", "-2"], "result: -1\n"),
        (&["add", "2147483647", "1"], "result: -2147483648\n"),
        (&["several"], "result: -5\nresult: 1.5\n"),
        (&["same", "-inf"], "result: -inf\n"),
        (&["nothing"], ""),
        (&["a name"], "result: 3\n"),
    ];
    for (call, shown) in calls {
        let ran = modules.run(MODULE, &[&["--invoke"], call].concat());
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), shown, ""));
    }
}

#[test]
fn without_a_call_the_start_functions_run() {
    let ran = Modules::new().run(
        r#"(module (import "env" "print_i32" (func $print (param i32)))
            (func $start (call $print (i32.const -1))) (start $start)
            (func (export "_start") (call $print (i32.const 2))))"#,
        &[],
    );
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "-1\n2\n", ""));
}

#[test]
fn a_failure_is_one_line_and_exit_code_1() {
    let modules = Modules::new();
    let call = |text: &str| format!(r#"(module (func (export "f") {text}))"#);
    let failures = [
        (call("unreachable"), r#"unreachable: "#),
        (call("(drop (i32.div_s (i32.const 1) (i32.const 0)))"), "integer divide by zero: "),
        (
            r#"(module (memory 1) (func (export "f") (drop (i32.load (i32.const 65533)))))"#.into(),
            "out of bounds memory access: ",
        ),
        (
            r#"(module (table 1 funcref) (func (export "f") (call_indirect (i32.const 0))))"#
                .into(),
            "uninitialized element: ",
        ),
        (r#"(module (func $f (export "f") (call $f)))"#.into(), "call stack exhausted: "),
        (call("(loop (br 0))"), "out of fuel: "),
        (r#"(module (memory 20) (memory 20) (func (export "f")))"#.into(), "out of pages: "),
        (
            r#"(module (import "no" "such" (func)) (func (export "f")))"#.into(),
            r#"unknown import: "no"."such""#,
        ),
        (r#"(module (func (export "g")))"#.into(), r#"unknown export: "f""#),
        (call("(param i64)"), "wrong arguments: "),
        (call("(result i32)"), "invalid module: byte "),
    ];
    for (module, what) in &failures {
        let ran = modules.run(module, &["--fuel", "100000", "--invoke", "f"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{what}: {ran:?}");
        assert!(ran.stderr.starts_with(&format!("error: {what}")), "{what}: {ran:?}");
        let more = ran.stderr.lines().filter(|line| !line.starts_with("help: "));
        assert_eq!(more.count(), 1, "{what}: {ran:?}");
        let helped = ["out of pages", "unknown import", "unknown export", "wrong arguments"];
        let is_helped = helped.iter().any(|error| what.starts_with(error));
        let is_of_the_guest = failures.iter().take(6).any(|(_, of_guest)| *what == *of_guest);
        let lines = ran.stderr.lines().count();
        assert_eq!(lines > 1, is_helped || is_of_the_guest, "{what}: {ran:?}");
        let stopped = ran.stderr.ends_with("help: --backtrace shows where in the guest\n");
        assert_eq!(stopped, is_of_the_guest, "{what}: {ran:?}");
    }
}

#[test]
fn a_module_that_does_not_fit_is_told_its_flags() {
    let text = r#"(module (memory 41) (global (mut i32) (i32.const 2621440)) (func (export "f")))"#;
    let ran = Modules::new().run(text, &["--invoke", "f"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert!(lines[0].starts_with("error: limit exceeded: Config::memory_maximum "), "{ran:?}");
    let help = "help: 2,621,440 of the 2,686,976 bytes of its memory are stack: -zstack-size=1024";
    assert_eq!((lines[1], lines.len()), (help, 6), "{ran:?}");
    assert_eq!(lines[5], "help: that is a limit of mps2-an386, and no other board has more");
}

#[test]
fn a_binary_that_is_none_is_refused_by_its_offset() {
    let modules = Modules::new();
    for (content, byte) in
        [(&b"\xff"[..], 0), (b"\x01junk\0junk", 0), (b"\0asm\x01\0\0\0\x01\xff", 10)]
    {
        let file = modules.file("test.wasm", content);
        let ran = crate::support::rig(&["run", &file]);
        assert_eq!(ran.code, Some(1));
        assert!(
            ran.stderr.starts_with(&format!("error: invalid module: byte {byte}: ")),
            "{ran:?}"
        );
    }
}

#[test]
fn a_report_has_all_costs() {
    let ran = Modules::new().run(MODULE, &["--report", "--invoke", "add", "1", "2"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let table = ran.stdout.strip_prefix("result: 3\n| cost ").unwrap();
    for cost in [
        "module in flash",
        "memory at first",
        "memory reserved",
        "pool high-water",
        "heap of engine and stacks",
        "heap of the guest, loaded",
        "heap peak",
        "heap left",
        "value stack",
        "native stack high-water",
        "load",
        "call",
        "instructions",
    ] {
        assert!(table.contains(&format!(" {cost} ")), "{cost}: {ran:?}");
    }
}

#[test]
fn any_file_name_is_found_from_any_folder() {
    let modules = Modules::new();
    let name = "a, b%09 \u{e9}.wat";
    modules.file(name, MODULE);
    let mut command = command(&["run", name, "--invoke", "add", "1", "1"]);
    let output = command.current_dir(modules.0.path()).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "result: 2\n");
}
