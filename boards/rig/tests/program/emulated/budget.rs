//! `rig budget`

use super::{Modules, build_firmware, workspace};
use crate::support::{Ran, rig};
use serde_json::Value;

const GUEST: &str = r#"(module
    (import "nobody" "has" (func $import (param i32) (result i64)))
    (import "nobody" "knows" (global i64))
    (memory 1 2)
    (func (export "f") (result i32) (memory.grow (i32.const 1)))
    (func (export "_start") (drop (call $import (i32.const 1)))))"#;

fn budget(modules: &Modules, text: &str, arguments: &[&str]) -> (Ran, Value) {
    let file = modules.file("test.wat", text);
    let ran = rig(&[&["budget", file.as_str(), "--json"], arguments].concat());
    let document = serde_json::from_str(&ran.stdout).unwrap();
    (ran, document)
}

fn measured(document: &Value, what: &str) -> u64 {
    document["measured"][what].as_u64().unwrap_or_else(|| panic!("{what}: {document}"))
}

#[test]
fn imports_are_not_needed_and_nothing_is_called() {
    let modules = Modules::new();
    let (ran, document) = budget(&modules, GUEST, &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    assert_eq!(document["fits"], true);
    assert_eq!(measured(&document, "memory_at_first_bytes"), 65_536);
    assert_eq!(measured(&document, "memory_at_most_bytes"), 131_072);
    assert_eq!(measured(&document, "memory_in_use_bytes"), 65_536);
    assert!(document["measured"]["call_instructions"].is_null(), "{document}");
    let (_, called) = budget(&modules, GUEST, &["--invoke", "f"]);
    assert_eq!(measured(&called, "memory_in_use_bytes"), 131_072);
    assert!(measured(&called, "call_instructions") > 0);
}

#[test]
fn what_translating_a_function_takes_is_known() {
    let modules = Modules::new();
    let sum = "(i32.add (i32.mul (local.get 0) (i32.const 77))".repeat(60);
    let large = format!("{sum} (local.get 0){}", ")".repeat(60));
    let text = format!(
        r#"(module (func $small (result i32) (i32.const 1))
            (func (export "large") (param i32) (result i32) {large}))"#
    );
    let settings = ["--lazy", "--functions", "--stack", "1024", "--invoke", "large", "3"];
    let (ran, document) = budget(&modules, &text, &settings);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let functions = document["functions"].as_array().unwrap();
    let names: Vec<_> = functions.iter().map(|function| &function["name"]).collect();
    assert_eq!(names, ["large", "small"]);
    let of = |what: &str| functions[0][what].as_u64().unwrap();
    let instantiated = measured(&document, "heap_of_engine_and_stacks_bytes")
        + measured(&document, "heap_of_the_guest_instantiated_bytes");
    let taken = measured(&document, "heap_peak_bytes") - instantiated;
    assert!(of("code_bytes") < taken && taken <= of("heap_peak_bytes"), "{taken}: {document}");
}

#[test]
fn bounds_hold_and_the_engines_share_is_its_own() {
    let modules = Modules::new();
    let programs = workspace().join("boards/scenarios/programs/modules/page-1");
    let image = programs.join("image.wasm").display().to_string();
    let guest = modules.file("guest.wat", GUEST);
    for (file, settings) in [
        (&guest, &[][..]),
        (&guest, &["--stack", "1024"]),
        (&guest, &["--lazy", "--invoke", "f"]),
        (&guest, &["--prepared", "--fuel", "9"]),
        // Its stacks have no room to grow where they are.
        (&image, &["--stack", "1024", "--prepared"]),
    ] {
        let ran = rig(&[&["budget", file, "--json"], settings].concat());
        let document: Value = serde_json::from_str(&ran.stdout).unwrap();
        let bounds = document["bound"].as_object().unwrap();
        let called = usize::from(settings.contains(&"--invoke"));
        assert_eq!(bounds.len(), 5 + called, "{document}");
        for (what, bound) in bounds {
            assert!(measured(&document, what) <= bound.as_u64().unwrap(), "{what}: {document}");
        }
    }
    let engine = |stack| {
        let (_, document) = budget(&modules, GUEST, &["--stack", stack]);
        let guest = measured(&document, "heap_of_the_guest_instantiated_bytes");
        (measured(&document, "heap_of_engine_and_stacks_bytes"), guest)
    };
    let ((small, guest), (large, same_guest)) = (engine("4096"), engine("65536"));
    assert_eq!((large - small, guest), (61_440, same_guest));
}

/// Functions with names as toolchains give them, for which a budget has some that end the call, and what else
/// is made for a guest.
#[test]
fn bounds_hold_of_many_imports_and_of_long_names() {
    let modules = Modules::new();
    let (long, name) = ("n".repeat(5000), "__wbg_a_method_of_a_class_with_a_long_name_");
    let functions = |from: &str, count| -> String {
        (0..count).map(|n| format!(r#"(import "{from}" "{name}{n}" (func))"#)).collect()
    };
    let of = |from: &str, ty: &str, count| -> String {
        (0..count).map(|n| format!(r#"(import "{from}" "{n}" ({ty}))"#)).collect()
    };
    for imports in [
        functions("__wbindgen_placeholder__", 200),
        functions(&long, 20),
        of(&long, "table 1 funcref", 4),
        of("m", "table 1000 externref", 5),
        of(&long, "global i32", 20),
        of("m", "global i64", 200),
    ] {
        for settings in [&[][..], &["--lazy"]] {
            let (ran, document) = budget(&modules, &format!("(module {imports})"), settings);
            assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
            for (what, bound) in document["bound"].as_object().unwrap() {
                let measured = measured(&document, what);
                assert!(measured <= bound.as_u64().unwrap(), "{what}: {document}");
            }
        }
    }
}

/// What is said of an import is no part of what the guest takes.
#[test]
fn bounds_hold_of_what_can_not_be_linked() {
    let modules = Modules::new();
    // A name that is longer in the text of an error.
    let (many, long) = ("i64 ".repeat(900), "\\01".repeat(20_000));
    let memory = format!(r#"(import "{long}" "m" (memory 1 1))"#);
    for (imports, expected) in [
        (r#"(import "env" "print_i32" (func (param i64)))"#.to_owned(), "\"env\".\"print_i32\": "),
        (r#"(import "env" "print" (memory 1 2))"#.to_owned(), "\"env\".\"print\": "),
        (
            format!(r#"(import "env" "print_i64" (func (param {many})))"#),
            "\"env\".\"print_i64\": expected func (i64, i64, ",
        ),
        (format!(r#"{memory} (import "{long}" "m" (table 1 funcref))"#), "\"\\u{1}\\u{1}"),
    ] {
        let text = format!("(module {imports} (func (export \"f\")))");
        for settings in [&[][..], &["--lazy"], &["--detail"]] {
            let (ran, document) = budget(&modules, &text, settings);
            assert_eq!((ran.code, &document["fits"]), (Some(1), &false.into()), "{ran:?}");
            let error = format!("incompatible import: {expected}");
            assert!(document["errors"][0].as_str().unwrap().starts_with(&error), "{document}");
            let peak = measured(&document, "heap_peak_bytes");
            let bound = document["bound"]["heap_peak_bytes"].as_u64().unwrap();
            assert!(peak <= bound, "{expected}: {peak} {bound}");
            let Some(rows) = document["detail"].as_array() else { continue };
            let sum: u64 = rows.iter().filter_map(|row| row["peak_bytes"].as_u64()).sum();
            assert_eq!(sum, peak, "{document}");
        }
    }
}

#[test]
fn what_does_not_fit_is_told_with_its_bounds() {
    let modules = Modules::new();
    let many = "(func (param i32) (drop (i32.add (local.get 0) (i32.const 1))))".repeat(2000);
    let text = format!("(module {many})");
    let (ran, document) = budget(&modules, &text, &["--board", "stm32f405"]);
    assert_eq!((ran.code, document["fits"].clone()), (Some(1), false.into()), "{ran:?}");
    assert!(ran.stderr.contains("error: out of heap: needs "), "{ran:?}");
    assert!(document["errors"][0].as_str().unwrap().starts_with("out of heap: needs "));
    let bound = document["bound"]["heap_of_the_guest_loaded_bytes"].as_u64().unwrap();
    assert!(bound > measured(&document, "heap_left_bytes"), "{document}");
}

#[test]
fn each_byte_has_a_purpose() {
    let modules = Modules::new();
    let programs = workspace().join("boards/scenarios/programs/modules/page-1");
    let image = programs.join("image.wasm").display().to_string();
    let guest = modules.file("guest.wat", GUEST);
    for (file, board) in [
        (&guest, "mps2-an386"),
        (&guest, "stm32f405"),
        (&image, "mps2-an386"),
        (&image, "stm32f405"),
    ] {
        let ran = rig(&["budget", file, "--board", board, "--prepared", "--json", "--detail"]);
        let document: Value = serde_json::from_str(&ran.stdout).unwrap();
        let rows = document["detail"].as_array().unwrap();
        let sum = |what: &str| rows.iter().filter_map(|row| row[what].as_u64()).sum::<u64>();
        let figure = |what: &str| measured(&document, what);
        let loaded = figure("heap_of_the_engine_bytes") + figure("heap_of_the_guest_loaded_bytes");
        let instantiated = figure("heap_of_engine_and_stacks_bytes")
            + figure("heap_of_the_guest_instantiated_bytes");
        assert_eq!(sum("loaded_bytes"), loaded, "{document}");
        assert_eq!(sum("instantiated_bytes"), instantiated, "{document}");
        assert_eq!(sum("peak_bytes"), figure("heap_peak_bytes"), "{document}");
        let row = |purpose: &str| rows.iter().find(|row| row["purpose"] == purpose).unwrap();
        assert_eq!(
            row("value stack")["instantiated_bytes"],
            measured(&document, "value_stack_bytes")
        );
        assert!(row("code")["loaded_bytes"].as_u64().unwrap() > 0, "{document}");
        assert!(rows.iter().all(|row| row["owner"] != "not known"), "{document}");
    }
}

#[test]
fn table_and_document_have_the_same_figures() {
    build_firmware();
    let fac = workspace().join("boards/rig/examples/fac.wat").display().to_string();
    let table = rig(&["budget", &fac]).stdout;
    let document: Value = serde_json::from_str(&rig(&["budget", &fac, "--json"]).stdout).unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| ")).skip(1);
    let rows: Vec<Vec<&str>> = rows.map(|row| row.split('|').map(str::trim).collect()).collect();
    assert_eq!(rows.len(), document["measured"].as_object().unwrap().len(), "{table}");
    for row in rows {
        let [_, what, figure, _, unit, _] = row.as_slice() else { panic!("{row:?}") };
        let words = what.replace([',', '-'], " ");
        let words: Vec<&str> = words.split_whitespace().chain([*unit]).collect();
        assert_eq!(measured(&document, &words.join("_")).to_string(), figure.replace(',', ""));
    }
    assert!(table.ends_with("fits mps2-an386\n"), "{table}");
}
