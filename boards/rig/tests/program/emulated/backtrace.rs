//! `rig run --backtrace`

use super::Modules;

const MODULE: &str = r#"(module
    (func $main (export "main") call $middle)
    (func $middle (call_indirect (i32.const 0)))
    (func $fail (drop (i32.div_u (i32.const 1) (i32.const 0))))
    (table funcref (elem $fail))
    (func (export "fine")))"#;

/// The lines of a backtrace, without their offsets.
fn frames(stderr: &str) -> Vec<String> {
    let frames = stderr.lines().filter_map(|line| line.split_once(" - ")).map(|(_, name)| name);
    frames.map(str::to_owned).collect()
}

#[test]
fn a_failure_tells_its_functions() {
    let modules = Modules::shown();
    for more in [&[][..], &["--prepared"], &["--parts=1"], &["--lazy"], &["--slice", "50"]] {
        let ran = modules.run(MODULE, &[more, &["--backtrace", "--invoke", "main"]].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
        let start = "error: integer divide by zero: \"main\"\nwasm backtrace:\n    0: ";
        assert!(ran.stderr.starts_with(start), "{ran:?}");
        let expected = ["test.wat!fail", "test.wat!middle", "test.wat!main"];
        assert_eq!(frames(&ran.stderr), expected, "{ran:?}");
        assert!(!ran.stderr.contains("help: "), "{ran:?}");
    }
    let ran = modules.run(MODULE, &["--backtrace", "--invoke", "fine"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), "", ""));
}

#[test]
fn offsets_are_those_of_the_file() {
    let modules = Modules::shown();
    let ran = modules.run(MODULE, &["--backtrace", "--invoke", "main"]);
    let binary = wat::parse_str(MODULE).unwrap();
    let at = |code: &[u8]| binary.windows(code.len()).position(|it| it == code).unwrap();
    let expected = [at(&[0x6e, 0x1a]), at(&[0x11, 0, 0]), at(&[0x10, 1, 0x0b])];
    let offsets: Vec<_> = ran.stderr.lines().filter_map(|line| line.split_once("0x")).collect();
    let offsets = offsets.iter().filter_map(|(_, rest)| rest.split(' ').next());
    let offsets: Vec<_> = offsets.map(|it| usize::from_str_radix(it, 16).unwrap()).collect();
    assert_eq!(offsets, expected, "{ran:?}");
}

#[test]
fn a_start_function_tells_too() {
    let text = "(module (func $begin call 1) (func unreachable) (start $begin))";
    let ran = Modules::shown().run(text, &["--backtrace"]);
    assert_eq!(frames(&ran.stderr), ["test.wat!<wasm function 1>", "test.wat!begin"], "{ran:?}");
}

#[test]
fn a_module_that_is_instrumented_already_is_refused() {
    let text = r#"(module (memory (export "vellum.backtrace.stack") 1))"#;
    let ran = Modules::shown().run(text, &["--backtrace"]);
    let expected =
        "test.wat: the name \"vellum.backtrace.stack\" is reserved for instrumented modules\n";
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.starts_with("error: cannot instrument: "), "{ran:?}");
    assert!(ran.stderr.ends_with(expected), "{ran:?}");
}

#[test]
fn a_thread_that_fails_tells_of_itself_alone() {
    let text = r#"(module (import "wasi" "thread-spawn" (func $spawn (param i32) (result i32)))
        (memory 1 1 shared)
        (func $main (export "_start")
            (drop (call $spawn (i32.const 0))) (drop (call $spawn (i32.const 1))) (call $wait))
        (func $wait (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1))))
        (func $begin (export "wasi_thread_start") (param i32 i32)
            (if (local.get 1) (then (call $fail)) (else (call $wait))))
        (func $fail unreachable))"#;
    let ran = Modules::shown().run(text, &["--backtrace"]);
    assert!(ran.stderr.starts_with("error: unreachable: \"_start\"\nwasm backtrace:\n    0: "));
    assert_eq!(frames(&ran.stderr), ["test.wat!fail", "test.wat!begin"], "{ran:?}");
}
