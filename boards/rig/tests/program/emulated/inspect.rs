//! `rig inspect`

use super::{Modules, batch::batch, workspace};
use crate::support::{Ran, rig};
use serde_json::Value;

/// A guest as a linker makes them: its stack lies first.
const GUEST: &str = r#"(module
    (memory (export "memory") 2 4)
    (global $__stack_pointer (mut i32) (i32.const 1024))
    (global (export "__data_end") i32 (i32.const 1040))
    (global (export "__heap_base") i32 (i32.const 1040))
    (data (i32.const 1024) "Hello\00")
    (func (export "greet") (param i32) (result i32)
        (i32.store (i32.const 960) (i32.const 7))
        (i32.store8 (i32.const 1024) (i32.const 74))
        (i32.store (i32.const 70000) (local.get 0))
        (memory.grow (i32.const 1)))
    (func (export "trap") (i32.store8 (i32.const 1025) (i32.const 0)) unreachable))"#;

fn inspect(modules: &Modules, text: &str, arguments: &[&str]) -> Ran {
    let file = modules.file("test.wat", text);
    rig(&[&["inspect", file.as_str()], arguments].concat())
}

#[test]
fn a_call_is_shown_by_what_it_does_to_the_memory() {
    let modules = Modules::shown();
    let ran =
        inspect(&modules, GUEST, &["--invoke", "greet", "0x21646c72", "--range", "0x400..0x408"]);
    let expected = "\
result: 2
memory 0 \"memory\": 196,608 bytes, 131,072 before the call
  00000000..00000400  stack      1,024 bytes, high water 64
  00000400..00000406  data           6 bytes, 5 not zero
  00000406..00000410  bss           10 bytes, all zero
  00000410..00030000  heap     195,568 bytes, 4 not zero
the call has changed 5 bytes
  00000400: 48 -> 4a  |H| -> |J|
  00011170: 00 00 00 00 -> 72 6c 64 21  |....| -> |rld!|
bytes 0x400..0x408
0400: 4a 65 6c 6c 6f 00 00 00  |Jello...|
";
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(0), expected, ""));
}

#[test]
fn a_call_that_traps_has_changed_what_it_had_changed() {
    let modules = Modules::shown();
    let ran = inspect(&modules, GUEST, &["--invoke", "trap", "--range", "900000..900010"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), "error: unreachable: \"trap\"\n"));
    assert!(ran.stdout.contains("changed 1 byte\n  00000401: 65 -> 00  |e| -> |.|"), "{ran:?}");
    assert!(ran.stdout.ends_with("none in the memory\n"), "{ran:?}");
}

#[test]
fn all_memories_are_shown_exported_or_not() {
    let modules = Modules::shown();
    let text = r#"(module (import "env" "m" (memory 1 1)) (memory $b 9 9 (pagesize 1))
        (memory $c 0) (memory (export "\1b[2J") 1 1)
        (func (export "f") (i32.store8 $b (i32.const 8) (i32.const 1))))"#;
    let ran = inspect(&modules, text, &["--invoke", "f"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    for line in [
        "memory 0: 65,536 bytes",
        "memory 1: 9 bytes",
        "  0008: 00 -> 01  |.| -> |.|",
        "memory 2: 0 bytes",
        r#"memory 3 "\u{1b}[2J": 65,536 bytes"#,
    ] {
        assert!(ran.stdout.lines().any(|found| found == line), "{line}: {ran:?}");
    }
}

#[test]
fn a_shared_memory_of_megabytes() {
    let modules = Modules::shown();
    let text = r#"(module (memory 24 24 shared)
        (func (export "f") (memory.fill (i32.const 1000000) (i32.const 3) (i32.const 4))))"#;
    let ran = inspect(&modules, text, &["--invoke", "f"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.stdout.starts_with("memory 0: 1,572,864 bytes\n"), "{ran:?}");
    assert!(ran.stdout.contains("000f4240: 00 00 00 00 -> 03 03 03 03"), "{ran:?}");
}

#[test]
fn what_is_not_there_is_said() {
    let modules = Modules::shown();
    let call = ["--invoke", "f"];
    let none = inspect(&modules, r#"(module (func (export "f")))"#, &call);
    assert_eq!((none.code, none.stdout.as_str()), (Some(0), "the module has no memory\n"));
    let wide = inspect(&modules, r#"(module (memory i64 1) (func (export "f")))"#, &call);
    assert_eq!((wide.code, wide.stdout.as_str()), (Some(1), ""), "{wide:?}");
    assert!(wide.stderr.starts_with("error: ") && wide.stderr.contains("memory64"), "{wide:?}");
}

/// `func (i32, f64) -> (i32)` in the text format, as the type of an import.
fn imported(ty: &str) -> String {
    let words: Vec<&str> = ty.split(['(', ')']).collect();
    let [_, params, _, results, _] = words[..] else { panic!("{ty}") };
    let (params, results) = (params.replace(',', ""), results.replace(',', ""));
    format!("(func (param {params}) (result {results}))")
}

/// What the runner is said to offer: module, name and type.
fn said(modules: &Modules) -> Vec<[String; 3]> {
    let mut said = Vec::new();
    for module in ["env", "vellum", "wasi_snapshot_preview1", "wasi_unstable", "wasi"] {
        let text = format!(r#"(module (import "{module}" "no" (func)))"#);
        let told = inspect(modules, &text, &[]).stdout;
        let (_, names) = told.split_once(&format!("in \"{module}\": ")).unwrap();
        let (names, _) = names.split_once("functions: ").unwrap();
        // Of a type that nothing has.
        let import = |name| format!(r#"(import "{module}" "{name}" (func (result f32 f32)))"#);
        let imports: String = names.split_whitespace().map(import).collect();
        let file = modules.file("said.wat", format!("(module {imports})"));
        let document = document(&["inspect", &file, "--json"]);
        for import in document["imports"].as_array().unwrap() {
            assert_eq!(import["offered"], false, "{import}");
            for ty in import["offered_types"].as_array().unwrap() {
                let name = import["name"].as_str().unwrap();
                said.push([module, name, ty.as_str().unwrap()].map(str::to_owned));
            }
        }
    }
    said
}

#[test]
fn the_runner_has_what_is_said_to_be_offered() {
    let modules = Modules::shown();
    let said = said(&modules);
    assert!(said.len() > 110, "{said:?}");
    let import = |[module, name, _]: &[String; 3], ty: &str| {
        format!("(import \"{module}\" \"{name}\" {ty})")
    };
    // A name has one type in a module.
    let is_other = |it: &&[String; 3]| it[1] == "abort" && it[2] == "func () -> ()";
    for with_other in [false, true] {
        let some = said.iter().filter(|it| it[1] != "abort" || is_other(it) == with_other);
        let imports: String = some.map(|it| import(it, &imported(&it[2]))).collect();
        let ran = modules.run(&format!("(module {imports})"), &[]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
        let more = format!(r#"{imports} (import "env" "no" (func)) (import "no" "no" (func))"#);
        let ran = modules.run(&format!("(module {more})"), &[]);
        let expected = "error: unknown imports: \"env\".\"no\", \"no\".\"no\"";
        assert_eq!(ran.stderr.lines().next(), Some(expected), "{ran:?}");
        assert!(ran.stderr.contains("\nhelp: the runner offers in \"env\": print "), "{ran:?}");
    }
    // Nor is it anything else.
    let file = |(number, it): (usize, &[String; 3])| {
        let text = format!("(module {})", import(it, "(memory 1 1)"));
        modules.file(&format!("{number}.wat"), text) + "\n"
    };
    let list: String = said.iter().enumerate().map(file).collect();
    let ran = batch(&modules.file("all.list", list), "mps2-an386");
    let blocks: Vec<&str> = ran.stdout.split("== ").skip(1).collect();
    assert_eq!(blocks.len(), said.len(), "{ran:?}");
    for ([module, name, _], block) in said.iter().zip(blocks) {
        let found = format!("{module:?}.{name:?}: expected memory 1 1, found func (");
        assert!(block.contains(&format!("\nerror: incompatible import: {found}")), "{block}");
    }
}

/// Fits, what does so on one board alone, and what does on none.
const SIZES: [&str; 5] = [
    "(module)",
    "(module (memory 1 1))",
    "(module (memory 4 4))",
    "(module (memory 32 32))",
    "(module (memory 33 33))",
];

fn document(arguments: &[&str]) -> Value {
    let ran = rig(arguments);
    serde_json::from_str(&ran.stdout).unwrap_or_else(|error| panic!("{error}: {ran:?}"))
}

#[test]
fn the_boards_have_what_is_on_record_and_verdicts_are_right() {
    let modules = Modules::shown();
    let board = workspace().join("boards");
    for text in SIZES {
        let file = modules.file("test.wat", text);
        let told = document(&["inspect", &file, "--json"]);
        for told in told["boards"].as_array().unwrap() {
            let name = told["board"].as_str().unwrap();
            assert!(board.join(name).exists());
            let budget = document(&["budget", &file, "--board", name, "--json"]);
            assert_eq!(told["fits"], budget["fits"], "{text} on {name}: {told}");
            if text == SIZES[0] {
                let measured = |what: &str| budget["measured"][what].as_u64().unwrap();
                let recorded = |what: &str| told["room"][what].as_u64().unwrap();
                let heap = measured("heap_peak_bytes") + measured("heap_left_bytes");
                let engine = measured("heap_peak_of_engine_and_stacks_bytes");
                for (less, more) in [(recorded("heap"), heap), (engine, recorded("engine"))] {
                    assert!(less <= more && more - less <= less / 20, "{name}: {less}, {more}");
                }
            }
        }
    }
}
