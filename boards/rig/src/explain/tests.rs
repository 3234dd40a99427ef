use super::explanation;
use crate::board::{Board, Facts};
use crate::cli::tests::invocation;

fn board(name: &str) -> Board {
    let facts: Facts = serde_json::from_str(
        r#"{"summary": "s", "core": "c", "target": "t", "flash": 1, "ram": 2}"#,
    )
    .unwrap();
    Board { name: name.to_owned(), facts }
}

fn help(error: &str, text: &str, call: &[&str]) -> Vec<String> {
    let boards = ["mps2-an386", "stm32f405"].map(board);
    let words = [&["m.wat", "--invoke"], call].concat();
    let file = wat::parse_str(text).unwrap();
    explanation(&[error.to_owned()], &file, &invocation(&words), &boards[1], &boards)
}

const MATH: &str = r#"(module (memory (export "memory") 1)
    (func (export "add") (param i32 i32) (result i32) (i32.const 0))
    (func (export "add64") (param i64 i64) (result i64) (i64.const 0))
    (func (export "half") (param f64) (result f64) (local.get 0)))"#;

#[test]
fn a_wrong_name_gets_near_ones_or_all() {
    assert_eq!(
        help("unknown export: \"ad\"", MATH, &["ad"]),
        ["is it one of these? \"add\" (i32, i32) -> (i32)"]
    );
    let all = "the module exports \"add\" (i32, i32) -> (i32), \"add64\" (i64, i64) -> (i64), \
               \"half\" (f64) -> (f64)";
    assert_eq!(help("unknown export: \"run\"", MATH, &["run"]), [all]);
    let error = "incompatible export: \"memory\": expected a function, found a memory";
    assert_eq!(help(error, MATH, &["memory"]), [all]);
    assert_eq!(
        help("unknown export: \"run\"", "(module)", &["run"]),
        ["the module exports no function"]
    );
}

#[test]
fn many_and_hostile_names_are_cut() {
    let functions = (0..30).map(|index| format!("(func (export \"\\1b[{index}m\"))"));
    let text = format!("(module {})", functions.collect::<String>());
    let lines = help("unknown export: \"run\"", &text, &["run"]);
    assert!(lines[0].ends_with(" and 18 more") && !lines[0].contains('\u{1b}'), "{lines:?}");
}

#[test]
fn a_wrong_argument_is_named_with_why() {
    let error = "wrong arguments: the function is (i32, i32) -> (i32)";
    for (call, expected) in [
        (["add", "1"].as_slice(), "too few arguments: 2 expected, 1 given"),
        (&["add", "1", "2", "3"], "too many arguments: 2 expected, 3 given"),
        (
            &["add", "1", "1.5"],
            "argument 2 is \"1.5\": no integer, as i32 is expected: decimal or 0x hexadecimal",
        ),
        (
            &["add", "one", "2"],
            "argument 1 is \"one\": no number, as i32 is expected: decimal or 0x hexadecimal",
        ),
        (
            &["add", "1", "4294967296"],
            "argument 2 is \"4294967296\": out of the range of i32: -2,147,483,648 to 4,294,967,295",
        ),
    ] {
        assert_eq!(help(error, MATH, call), [expected]);
    }
    assert_eq!(help(error, MATH, &["add", "x", "y"]).len(), 2);
}

#[test]
fn an_unknown_import_gets_near_names_or_all_in_lines_of_100_columns() {
    let error = "unknown imports: \"env\".\"print_i23\", \"wasi_unstable\".\"fd_writ\"";
    let text =
        r#"(module (import "env" "print_i23" (func)) (import "wasi_unstable" "fd_writ" (func)))"#;
    assert_eq!(
        help(error, text, &["f"]),
        [
            "is \"env\".\"print_i23\" one of these? print_i32 print_i64 print_f32 print_f64",
            "is \"wasi_unstable\".\"fd_writ\" one of these? fd_pwrite fd_write",
        ]
    );
    let text = r#"(module (import "wasi_unstable" "none" (func)))"#;
    let lines = help("unknown import: \"wasi_unstable\".\"none\"", text, &["f"]);
    assert!(lines.len() > 5 && lines[0].starts_with("the runner offers in "), "{lines:?}");
    assert!(lines.iter().all(|line| line.chars().count() <= 94), "{lines:?}");
    assert!(lines.iter().skip(1).all(|line| line.starts_with("  ")), "{lines:?}");
}

#[test]
fn a_file_that_begins_like_no_module_is_named() {
    let error = "invalid module: byte 0: magic header not detected";
    let run = invocation(&["some.wasm"]);
    let boards = [board("mps2-an386")];
    let lines = explanation(&[error.to_owned()], b"\x67\x30\x61\x5c", &run, &boards[0], &boards);
    assert_eq!(
        lines,
        ["some.wasm is no module: it begins with 67 30 61 5c instead of 00 61 73 6d"]
    );
    let lines = explanation(&[error.to_owned()], b"\0asm", &run, &boards[0], &boards);
    assert!(lines.is_empty());
}

#[test]
fn an_unknown_import_is_told_what_there_is() {
    let text = r#"(module (import "vellum" "beep" (func)) (import "js" "now" (func)))"#;
    let lines = help("unknown imports: \"vellum\".\"beep\", \"js\".\"now\"", text, &["f"]);
    assert_eq!(lines.len(), 3);
    assert_eq!(lines[2], "the runner offers in \"vellum\": log panic");
    assert!(lines[0].starts_with("the runner offers functions in \"env\", \"vellum\", "));
}

#[test]
fn a_limit_is_the_boards_and_others_may_do() {
    let error = "out of pages: needs 4 pages (262144 bytes), 0 bytes free";
    assert_eq!(
        help(error, "(module (memory 4 4))", &["f"]),
        ["that is a limit of stm32f405: the module fits --board mps2-an386"]
    );
    assert!(help("out of heap: needs 8 bytes, 5 free", "(module)", &["f"]).is_empty());
    assert_eq!(
        help(error, "(module (memory 999 999))", &["f"]),
        ["that is a limit of stm32f405, and no other board has more"]
    );
}

#[test]
fn other_errors_need_no_help() {
    for error in ["unreachable: \"f\"", "integer divide by zero: \"f\"", ""] {
        assert!(help(error, MATH, &["add"]).is_empty());
    }
}
