use super::report::Report;
use crate::board::{Board, Facts};
use crate::cli::tests::invocation;

/// The boards whose room is on record.
fn board(name: &str) -> Board {
    let facts: Facts = serde_json::from_str(
        r#"{"summary": "s", "core": "c", "target": "t", "flash": 1, "ram": 2}"#,
    )
    .unwrap();
    Board { name: name.to_owned(), facts }
}

fn report(binary: &[u8]) -> (String, serde_json::Value) {
    let boards = ["mps2-an386", "stm32f405"].map(board);
    let report = Report::of("m.wasm", binary, &boards, &invocation(&["m.wasm"]));
    (report.text(), report.document())
}

fn text(module: &str) -> String {
    report(&wat::parse_str(module).unwrap()).0
}

#[test]
fn everything_of_a_module_is_told() {
    let module = r#"(module $m
        (import "env" "print_i32" (func (param i32)))
        (import "env" "beep" (func (param i32) (result i64)))
        (import "board" "leds" (global (mut i32)))
        (memory (export "memory") 17)
        (table 2 5 funcref)
        (global $__stack_pointer (mut i32) (i32.const 1048576))
        (global (export "__data_end") i32 (i32.const 1048600))
        (global (export "__heap_base") i32 (i32.const 1048608))
        (func $work (export "run") (param f32) (result i32) (i32.const 1))
        (func (drop (i32.extend8_s (i32.const 1))))
        (data (i32.const 1048576) "text"))"#;
    let text = text(module);
    for line in [
        "proposals: mutable-global, sign-extension",
        r#"  "env"."print_i32" func (i32) -> (): offered"#,
        r#"  "env"."beep" func (i32) -> (i64): NOT OFFERED"#,
        r#"  "board"."leds" global mut i32: NOT OFFERED"#,
        r#"  the runner offers functions in "env", "vellum", "wasi_snapshot_preview1", "wasi_unstable", "wasi""#,
        r#"  "memory" memory 17.., pages of 64 KiB: 1,114,112 bytes, no maximum"#,
        r#"  "run" func (f32) -> (i32)"#,
        "  table 2..5 funcref",
        "functions: 2, 12 bytes of code",
        r#"        6 bytes  3 "#,
        r#"        4 bytes  2 "work""#,
        "data: 1 segment, 4 bytes",
        "stack: 0x0..0x100000, 1,048,576 bytes",
        "  __heap_base 0x100020",
        "mps2-an386: fits, in a firmware that offers what it imports",
        "stm32f405: does not fit: memory: needs 1,114,112, has ",
        "  help: 1,048,576 of the 1,114,112 bytes of its memory are stack: -zstack-size=1024",
    ] {
        assert!(text.lines().any(|found| found.starts_with(line)), "{line:?} is not in\n{text}");
    }
}

#[test]
fn an_import_of_another_type_is_told_with_both_and_fits_nowhere() {
    let module = r#"(module
        (import "env" "print_i32" (func (param i64)))
        (import "env" "print" (memory 1 1))
        (import "env" "abort" (func (param i32)))
        (import "env" "abort" (func))
        (import "env" "abort" (func (param i32 i32 i32 i32)))
        (import "wasi_unstable" "fd_close" (func (param i32)))
        (import "wasi_unstable" "fd_sync" (func (param i32) (result i32)))
        (import "vellum" "log" (global i32)))"#;
    let (text, document) = report(&wat::parse_str(module).unwrap());
    for line in [
        r#"  "env"."print_i32" func (i64) -> (): OFFERED AS func (i32) -> ()"#,
        r#"  "env"."print" memory 1, pages of 64 KiB: 65,536 bytes, 65,536 at most: OFFERED AS func (i32, i32) -> ()"#,
        r#"  "env"."abort" func (i32) -> (): OFFERED AS func () -> () or func (i32, i32, i32, i32) -> ()"#,
        r#"  "env"."abort" func () -> (): offered"#,
        r#"  "env"."abort" func (i32, i32, i32, i32) -> (): offered"#,
        r#"  "wasi_unstable"."fd_close" func (i32) -> (): OFFERED AS func (i32) -> (i32)"#,
        r#"  "wasi_unstable"."fd_sync" func (i32) -> (i32): offered"#,
        r#"  "vellum"."log" global i32: OFFERED AS func (i32, i32) -> ()"#,
        "mps2-an386: does not fit: 5 imports are offered with other types",
    ] {
        assert!(text.lines().any(|found| found == line), "{line:?} is not in\n{text}");
    }
    assert!(!text.contains("the runner offers"), "{text}");
    assert_eq!(document["imports"][0]["offered"], false);
    assert_eq!(document["imports"][0]["offered_types"], serde_json::json!(["func (i32) -> ()"]));
    assert_eq!(document["boards"][0]["fits"], false);
}

#[test]
fn exports_keep_the_order_of_the_module() {
    let text = text(r#"(module (func (export "z") (export "a")) (memory (export "m") 0))"#);
    let place = |name: &str| text.find(name).unwrap();
    assert!(place("\"z\"") < place("\"a\"") && place("\"a\"") < place("\"m\""));
}

#[test]
fn memories_of_all_kinds() {
    let text = text(
        r#"(module (import "env" "shared" (memory 1 3 shared))
        (memory 0) (memory i64 1 2) (memory 9 9 (pagesize 1)))"#,
    );
    for line in [
        "mps2-an386: does not fit: the proposal memory64 is not on chips",
        "memories: 4",
        "  memory 1..3, pages of 64 KiB: 65,536 bytes, 196,608 at most, shared",
        "  memory 0.., pages of 64 KiB: 0 bytes, no maximum",
        "  memory i64 1..2, pages of 64 KiB: 65,536 bytes, 131,072 at most",
        "  memory 9, pages of 1 byte: 9 bytes, 9 at most",
        "proposals: multi-memory, memory64 (not on chips), threads, custom-page-sizes",
    ] {
        assert!(text.contains(line), "{line:?} is not in\n{text}");
    }
}

#[test]
fn hostile_names_are_harmless_and_short() {
    let long = "n".repeat(10_000);
    let text = text(&format!(
        r#"(module (import "\1b[2J" "\0a\07{long}" (func)) (func (export "\e2\80\ae{long}"))
            (@custom "\1b]0;title\07" "bytes"))"#
    ));
    assert!(text.chars().all(|char| char == '\n' || !char.is_control()), "{text:?}");
    assert!(!text.contains('\u{202e}'));
    assert!(text.lines().all(|line| line.chars().count() < 800), "{text}");
    assert!(text.contains("(10002 characters)"), "{text}");
}

#[test]
fn long_lists_are_cut() {
    let functions = (0..5000).map(|index| format!("(func (export \"f{index}\"))"));
    let text = text(&format!("(module {})", functions.collect::<String>()));
    assert!(text.contains("exports: 5,000") && text.contains("and 4,960 more"), "{text}");
    assert!(text.lines().count() < 100);
}

#[test]
fn what_is_malformed_or_invalid_is_told_with_what_is_known() {
    let binary = wat::parse_str(r#"(module (memory 1) (func (export "f") (result i32)))"#).unwrap();
    let (text, document) = report(&binary);
    assert!(text.contains("not valid: byte ") && text.contains("\"f\" func"), "{text}");
    assert!(text.contains("stm32f405: does not fit: it is not valid"), "{text}");
    assert!(document["invalid"].as_str().unwrap().contains("type mismatch"));
    for length in 0..binary.len() {
        let (text, _) = report(&binary[..length]);
        let is_valid = wasmparser::validate(&binary[..length]).is_ok();
        assert_eq!(text.contains("not valid: byte "), !is_valid, "{length}: {text}");
    }
    for index in 8..binary.len() {
        for byte in [0, 0x7f, 0x80, 0xff] {
            let mut damaged = binary.clone();
            damaged[index] = byte;
            report(&damaged);
        }
    }
}

#[test]
fn what_is_no_module_is_told_once_and_in_one_line() {
    let (text, _) = report(b"\x67\x30\x61\x5c\x01\0\0\0");
    let lines = text.lines().filter(|line| line.contains("bad magic number")).collect::<Vec<_>>();
    assert_eq!(lines, ["not valid: byte 0: magic header not detected: bad magic number"]);
    assert!(text.lines().count() < 8, "{text}");
}

#[test]
fn numbers_have_separators_and_lists_of_names_are_wrapped() {
    let text = text(
        r#"(module (import "wasi_unstable" "none" (func)) (table 1000000 2000000 funcref)
            (memory 12345 65536))"#,
    );
    assert!(text.contains("  table 1,000,000..2,000,000 funcref"), "{text}");
    assert!(text.contains("  memory 12,345..65,536, pages of 64 KiB"), "{text}");
    let (_, names) = text.split_once("  the runner offers in ").unwrap();
    let (names, _) = names.split_once("sock_shutdown\n").unwrap();
    assert!(names.lines().count() > 5, "{names}");
    assert!(names.lines().all(|line| line.chars().count() <= 100), "{names}");
}

#[test]
fn the_document_has_the_figures() {
    let binary = wat::parse_str(
        r#"(module (import "env" "print" (func (param i32 i32))) (memory (export "memory") 1 2)
            (global (export "__heap_base") i32 (i32.const 32)) (data (i32.const 8) "abc"))"#,
    );
    let (_, document) = report(&binary.unwrap());
    assert_eq!(document["imports"][0]["offered"], true);
    assert_eq!(document["memories"][0]["maximum"], 2);
    assert_eq!(document["segments"][0], serde_json::json!({ "start": 8, "end": 11 }));
    assert_eq!(document["symbols"]["__heap_base"], 32);
    assert_eq!(document["boards"][0]["fits"], true);
    assert_eq!(document["memory_bytes"], 65_536);
}
