//! The form of main modules and parts.

use crate::module;
use parser::{Parser, Payload};
use vellum_prepare::{Options, prepare};
use vellum_split::{Split, SplitOptions, split};

fn parts(text: &str, part_bytes: usize) -> Split {
    split(&module(text), &SplitOptions::new().part_bytes(part_bytes)).unwrap()
}

/// What a module imports, as `module.name`.
fn imports(module: &[u8]) -> Vec<String> {
    let sections = Parser::new(0).parse_all(module).map(Result::unwrap);
    let imports = sections.filter_map(|payload| match payload {
        Payload::ImportSection(section) => Some(section.into_imports()),
        _ => None,
    });
    imports.flatten().map(Result::unwrap).map(|it| format!("{}.{}", it.module, it.name)).collect()
}

fn exports(module: &[u8]) -> Vec<String> {
    let sections = Parser::new(0).parse_all(module).map(Result::unwrap);
    let exports = sections.filter_map(|payload| match payload {
        Payload::ExportSection(section) => Some(section),
        _ => None,
    });
    exports.flatten().map(|export| export.unwrap().name.to_owned()).collect()
}

/// The number of bodies.
fn bodies(module: &[u8]) -> usize {
    let sections = Parser::new(0).parse_all(module).map(Result::unwrap);
    sections.filter(|payload| matches!(payload, Payload::CodeSectionEntry(_))).count()
}

const EVERYTHING: &str = r#"(module
    (import "host" "f" (func $host))
    (import "host" "m" (memory $m0 1))
    (memory $m1 1) (table $t 1 funcref) (global $g (mut i32) (i32.const 0))
    (func $one (export "one") (call $host) (call $two) (call $small))
    (func $two (i32.store $m1 (i32.const 0) (table.size $t)) (global.set $g (i32.const 7)))
    (func $small))"#;

#[test]
fn the_main_module_has_what_parts_need() {
    let split = parts(EVERYTHING, 1);
    assert_eq!(imports(split.main()), ["host.f", "host.m", "vellum.parts.load"]);
    let hidden = ["m1", "t0", "t1", "g0", "g1", "f0", "f3"].map(|it| format!("vellum.parts.{it}"));
    assert_eq!(exports(split.main()), [["one".to_owned()].as_slice(), &hidden].concat());
    // The stub of `one`, `small`, the loader, and the wrapper of the imported function.
    assert_eq!(bodies(split.main()), 4);
}

#[test]
fn parts_import_what_they_use() {
    let split = parts(EVERYTHING, 1);
    let [one, two] = split.parts() else { panic!("two parts") };
    let named = |names: &[&str]| -> Vec<String> {
        names.iter().map(|name| format!(".vellum.parts.{name}")).collect()
    };
    assert_eq!(imports(one), named(&["t1", "g1", "f0", "f3"]));
    assert_eq!(imports(two), named(&["m1", "t0", "t1", "g0"]));
    assert_eq!((bodies(one), bodies(two)), (1, 1));
}

#[test]
fn calls_within_a_part_need_nothing() {
    let split = parts(EVERYTHING, 1024);
    let [part] = split.parts() else { panic!("one part") };
    assert!(!imports(part).contains(&".vellum.parts.g1".to_owned()));
    assert_eq!(bodies(part), 2);
}

#[test]
fn functions_that_call_each_other_share_a_part() {
    let text = r#"(module
        (func $a (export "a") (call $c) (call $c))
        (func $b (export "b") (call $d) (call $d))
        (func $c (long))
        (func $d (long)))"#;
    let split = parts(text, 20);
    assert_eq!(split.part_of(), [0, 0, 1, 1]);
    assert!(split.parts().iter().all(|part| imports(part) == [".vellum.parts.t0"]));
}

#[test]
fn parts_are_no_larger_than_they_may_be() {
    let text = format!("(module {})", "(func (long))".repeat(10));
    // Each has 14 bytes: how many local variables, what is long, the end.
    for (part_bytes, expected) in [(1, 10), (27, 10), (28, 5), (41, 5), (42, 4), (140, 1)] {
        assert_eq!(parts(&text, part_bytes).parts().len(), expected, "{part_bytes}");
    }
}

#[test]
fn a_module_without_functions_has_no_parts() {
    let split = parts(r#"(module $empty (memory (export "m") 1))"#, 1024);
    assert_eq!((split.parts().len(), split.part_of().len()), (0, 0));
    let prepared = prepare(split.main(), &Options::new()).unwrap();
    assert_eq!(prepared.name(), Some("empty"));
}

#[test]
fn parts_are_prepared_like_the_main_module() {
    let split = parts(EVERYTHING, 1).prepare(&Options::new()).unwrap();
    assert_eq!(split.part_of(), [0, 1]);
    for module in split.parts().iter().map(Vec::as_slice).chain([split.main()]) {
        let prepared = prepare(module, &Options::new()).unwrap();
        assert_eq!(*prepared.code, *module);
    }
    assert_eq!(imports(split.main()).last().map(String::as_str), Some("vellum.1"));
}
