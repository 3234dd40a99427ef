//! Modules near the limit of the heap, one after another in one boot: those that the bound admits are
//! loaded, the others are refused, and none ends the boot.

use super::{Modules, batch::batch};
use std::collections::BTreeMap;

/// A module with so many of one thing.
type Shape = fn(usize) -> String;

const SHAPES: [(&str, Shape); 11] = [
    ("exports", |n| {
        let export = |nth| format!(r#"(export "export {nth}" (func $f))"#);
        format!("(func $f) {}", (0..n).map(export).collect::<String>())
    }),
    ("globals", |n| "(global i32 (i32.const 3))".repeat(n)),
    ("extended", |n| "(global i32 (i32.add (i32.const 3) (i32.const 7)))".repeat(n)),
    ("elements", |n| {
        format!("(table 9 funcref) (func $f) {}", "(elem (i32.const 0) $f $f)".repeat(n))
    }),
    ("passive", |n| format!("(func $f) {}", "(elem func $f $f $f)".repeat(n))),
    ("types", |n| {
        let value = |nth: usize, bit: usize| if nth >> bit & 1 == 0 { "i32 " } else { "i64 " };
        let values = |nth| (0..12).map(|bit| value(nth, bit)).collect::<String>();
        (0..n).map(|nth| format!("(type (func (param {})))", values(nth))).collect()
    }),
    ("imports", |n| r#"(import "none" "such" (func))"#.repeat(n)),
    ("data", |n| format!("(memory 1) {}", r#"(data (i32.const 8) "a")"#.repeat(n))),
    ("blocks", |n| {
        let block = "(block (param i32 i64) (result i32 i64))".repeat(n);
        format!("(func (result i32 i64) (i32.const 1) (i64.const 2) {block})")
    }),
    ("nested", |n| format!("(func {}{})", "(block ".repeat(n), ")".repeat(n))),
    ("straight", |n| {
        let code = "(i32.store (local.get 0) (i32.add (i32.load (local.get 0)) (i32.const 5)))";
        format!("(memory 1) (func (param i32) {})", code.repeat(n))
    }),
];

/// Runs modules of those counts, and tells of each whether it was loaded.
fn loaded(modules: &Modules, board: &str, counts: &BTreeMap<&str, Vec<usize>>) -> Vec<bool> {
    let mut list = String::new();
    for (name, shape) in SHAPES {
        for &count in &counts[name] {
            let text = format!("(module {})", shape(count));
            let path = modules.file(&format!("{name}-{count}.wat"), text);
            list.push_str(&format!("{path}\n"));
        }
    }
    let ran = batch(&modules.file("near.list", &list), board);
    let blocks: Vec<&str> = ran.stdout.split("== ").skip(1).collect();
    assert_eq!((ran.code, blocks.len()), (Some(0), list.lines().count()), "{ran:?}");
    let loaded = |block: &&str| {
        let output = block.split_once('\n').map_or("", |(_, output)| output);
        let refused = output.starts_with("error: out of heap: needs ");
        let loaded = ["nothing to run", "error: unknown import"];
        let known = refused || loaded.iter().any(|line| output.starts_with(line));
        assert!(known && !output.contains("firmware ended"), "{block}");
        !refused
    };
    blocks.iter().map(loaded).collect()
}

/// How many counts are tried at a time.
const COUNTS: usize = 12;

fn counts(least: usize, most: usize) -> Vec<usize> {
    let step = |nth: usize| least + (most - least) * nth / (COUNTS - 1);
    (0..COUNTS).map(step).collect()
}

/// Comes nearer to the limit of each shape, twice.
fn assert_admitted_are_loaded(board: &str, most: usize) {
    let modules = Modules::new();
    let mut tried: BTreeMap<&str, Vec<usize>> =
        SHAPES.iter().map(|(name, _)| (*name, counts(1, most))).collect();
    for _ in 0..3 {
        let loaded = loaded(&modules, board, &tried);
        for ((name, _), loaded) in SHAPES.iter().zip(loaded.chunks(COUNTS)) {
            let all = tried[name].clone();
            let first = loaded.iter().position(|loaded| !loaded).unwrap_or(COUNTS - 1).max(1);
            assert!(loaded[0], "{name} of {} on {board}", all[0]);
            tried.insert(name, counts(all[first - 1], all[first]));
        }
    }
}

#[test]
fn modules_that_the_bound_admits_are_loaded() {
    assert_admitted_are_loaded("stm32f405", 300);
}

/// What nobody offers is told before it is asked whether there is room for the code.
#[test]
fn imports_come_before_the_heap() {
    let modules = Modules::new();
    let code = SHAPES.iter().find(|(name, _)| *name == "straight").unwrap().1(2000);
    let run =
        |imports: &str| modules.run(&format!("(module {imports} {code})"), &["--heap", "130000"]);
    let no_room = run("");
    assert!(no_room.stderr.starts_with("error: out of heap: needs "), "{no_room:?}");
    for (imports, expected) in [
        (r#"(import "no" "such" (func))"#, r#"error: unknown import: "no"."such""#),
        (
            r#"(import "no" "such" (func)) (import "no" "g" (global i32))"#,
            r#"error: unknown imports: "no"."such", "no"."g""#,
        ),
        (
            r#"(import "env" "print_i32" (func (param i64)))"#,
            r#"error: incompatible import: "env"."print_i32""#,
        ),
    ] {
        let ran = run(imports);
        assert_eq!(ran.code, Some(1));
        assert!(ran.stderr.starts_with(expected), "{ran:?}");
    }
    let ran = run(r#"(import "env" "print_i32" (func (param i32)))"#);
    assert!(ran.stderr.starts_with("error: out of heap: needs "), "{ran:?}");
}
