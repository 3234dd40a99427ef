//! What loops become: they do the same, in fewer rounds, and charge fuel less often.

use vellum_optimize::{OptimizeError, OptimizeOptions, optimize};
use wasmi::{Config, Engine, Linker, Module, Store};

/// Copies of a small body.
const COPIES: u8 = 8;

fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap()
}

fn optimized(text: &str) -> Vec<u8> {
    optimize(&module(text), &OptimizeOptions::new().copies(COPIES)).unwrap()
}

/// What `run` of a module gives for an argument, or its trap, and the fuel that it takes.
fn run(module: &[u8], argument: i32) -> (Result<i32, String>, u64) {
    let engine = Engine::new(Config::default().consume_fuel(true));
    let module = Module::new(&engine, module).unwrap();
    let mut store = Store::new(&engine, ());
    store.set_fuel(1_000_000).unwrap();
    let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module).unwrap();
    let run = instance.get_typed_func::<i32, i32>(&store, "run").unwrap();
    let result = run.call(&mut store, argument).map_err(|error| error.to_string());
    (result, 1_000_000 - store.get_fuel().unwrap())
}

/// How many operators a module has whose name begins so.
fn count(module: &[u8], name: &str) -> usize {
    let mut count = 0;
    for payload in parser::Parser::new(0).parse_all(module) {
        if let parser::Payload::CodeSectionEntry(body) = payload.unwrap() {
            let operators = body.get_operators_reader().unwrap().into_iter();
            count += operators
                .filter(|it| format!("{:?}", it.as_ref().unwrap()).starts_with(name))
                .count();
        }
    }
    count
}

/// Loops that begin again in each of the ways there are. Each counts in local 1.
const LOOPS: [(&str, &str); 9] = [
    (
        "at the end",
        "(loop (local.set 1 (i32.add (local.get 1) (i32.const 1)))
           (br_if 0 (i32.lt_s (local.get 1) (local.get 0))))
         (local.get 1)",
    ),
    (
        "at the end, inverted",
        "(loop (local.set 1 (i32.add (local.get 1) (i32.const 3)))
           (br_if 0 (i32.eqz (i32.ge_s (local.get 1) (local.get 0)))))
         (local.get 1)",
    ),
    (
        "continued from within",
        "(block $out (loop $again
           (local.set 1 (i32.add (local.get 1) (i32.const 1)))
           (br_if $out (i32.eq (local.get 1) (i32.const 900)))
           (block (br_if 0 (i32.and (local.get 1) (i32.const 3)))
             (br_if $again (i32.lt_s (local.get 1) (local.get 0))))
           (local.set 1 (i32.add (local.get 1) (i32.const 2)))
           (br_if $again (i32.lt_s (local.get 1) (local.get 0)))))
         (local.get 1)",
    ),
    (
        "endless",
        "(block $out (loop $again
           (br_if $out (i32.ge_s (local.get 1) (local.get 0)))
           (local.set 1 (i32.add (local.get 1) (i32.const 1)))
           (br $again)))
         (local.get 1)",
    ),
    (
        "endless, with operands left",
        "(block $out (loop $again
           (br_if $out (i32.ge_s (local.get 1) (local.get 0)))
           (local.set 1 (i32.add (local.get 1) (i32.const 1)))
           (i32.const 7) (br $again)))
         (local.get 1)",
    ),
    (
        "with a result",
        "(loop $again (result i32)
           (local.set 1 (i32.add (local.get 1) (i32.const 1)))
           (br_if $again (i32.lt_s (local.get 1) (local.get 0)))
           (i32.mul (local.get 1) (i32.const 3)))",
    ),
    (
        "with a value and a condition",
        "(loop $again (result i32)
           (local.set 1 (i32.add (local.get 1) (i32.const 1)))
           (i32.const 5)
           (i32.lt_s (local.get 1) (local.get 0))
           (br_if $again))",
    ),
    (
        "by a table",
        "(block $out (loop $again
           (local.set 1 (i32.add (local.get 1) (i32.const 1)))
           (block $other (br_table $again $other $out $again
             (i32.add (i32.and (local.get 1) (i32.const 1))
               (i32.shl (i32.ge_s (local.get 1) (local.get 0)) (i32.const 1)))))
           (local.set 1 (i32.add (local.get 1) (i32.const 1)))
           (br $again)))
         (local.get 1)",
    ),
    (
        "that traps",
        "(loop (local.set 1 (i32.add (local.get 1) (i32.const 1)))
           (drop (i32.div_s (i32.const 1) (i32.sub (i32.const 20) (local.get 1))))
           (br_if 0 (i32.lt_s (local.get 1) (local.get 0))))
         (local.get 1)",
    ),
];

#[test]
fn loops_do_the_same() {
    for (name, body) in LOOPS {
        let text = format!(
            r#"(module (func (export "run") (param i32) (result i32) (local i32) {body}))"#
        );
        let (plain, optimized) = (module(&text), optimized(&text));
        assert!(optimized.len() > plain.len() + 20, "{name}");
        for argument in [0, 1, 2, 3, 7, 8, 9, 19, 20, 21, 40, 1000] {
            let (plain, optimized) = (run(&plain, argument).0, run(&optimized, argument).0);
            assert_eq!(plain, optimized, "{name}: {argument}");
        }
    }
}

#[test]
fn a_body_that_begins_again_at_its_end_has_no_blocks() {
    for (index, loops, blocks, inversions) in [(0, 1, 1, 7), (1, 1, 1, 1), (2, 1, 9, 3)] {
        let (name, body) = LOOPS[index];
        let text = format!("(module (func (param i32) (result i32) (local i32) {body}))");
        let optimized = optimized(&text);
        let counts = ["Loop", "Block", "I32Eqz"].map(|name| count(&optimized, name));
        assert_eq!(counts, [loops, blocks, inversions], "{name}");
    }
}

#[test]
fn an_endless_loop_goes_on_without_a_branch() {
    for (index, branches) in [(3, 1), (4, usize::from(COPIES))] {
        let (name, body) = LOOPS[index];
        let text = format!("(module (func (param i32) (result i32) (local i32) {body}))");
        assert_eq!(count(&optimized(&text), "Br {"), branches, "{name}");
    }
}

#[test]
fn only_innermost_loops_that_begin_again_are_unrolled() {
    for body in [
        "(loop)",
        "(loop (br_if 1 (local.get 0)))",
        "(i32.const 1) (loop (param i32) (drop) (i32.const 1) (br_if 0 (local.get 0)) (drop))",
    ] {
        let text = format!("(module (func (param i32) {body}))");
        assert_eq!(count(&optimized(&text), "Loop"), 1);
        assert_eq!(count(&optimized(&text), "Block"), 0, "{body}");
    }
    let nested = "(module (func (param i32)
        (loop (loop (br_if 0 (local.get 0))) (br_if 0 (local.get 0)))))";
    assert_eq!(count(&optimized(nested), "Loop"), 2);
    assert_eq!(count(&optimized(nested), "Block"), 1);
}

#[test]
fn code_grows_as_allowed() {
    let (_, body) = LOOPS[0];
    let function = format!("(func (param i32) (result i32) (local i32) {body})");
    let many = module(&format!("(module {})", function.repeat(200)));
    for (growth, least) in [(0, 0), (20, 5), (50, 25), (200, 100)] {
        let options = OptimizeOptions::new().growth(growth);
        let more = optimize(&many, &options).unwrap().len() - many.len();
        let most = many.len() * growth as usize / 100 + 2048;
        assert!(more <= most, "{growth}: {more}");
        assert!(more >= many.len() * least / 100, "{growth}: {more}");
    }
}

#[test]
fn names_are_kept_and_other_custom_sections_dropped() {
    let text = r#"(module $it (func $f) (@custom ".debug_line" (after last) "bytes"))"#;
    let optimized = optimized(text);
    assert!(optimized.windows(2).any(|bytes| bytes == b"it"));
    assert!(!optimized.windows(5).any(|bytes| bytes == b"debug"));
}

/// A module is valid whatever its names say: here there are as many as bytes can tell, and none follows.
#[test]
fn names_that_say_nothing_do_not_matter() {
    let (_, body) = LOOPS[0];
    let text = format!("(module (func (param i32) (result i32) (local i32) {body}))");
    let mut named = module(&text);
    named.extend(b"\0\x0d\x04name\x07\x06\xff\xff\xff\xff\x0fa");
    let optimized = optimize(&named, &OptimizeOptions::new().copies(COPIES)).unwrap();
    assert!(count(&optimized, "I32Add") > count(&named, "I32Add"));
    assert!(optimized.ends_with(b"\xff\x0fa"));
}

#[test]
fn invalid_and_prepared_modules_are_refused() {
    let refused = |bytes: &[u8]| optimize(bytes, &OptimizeOptions::new()).unwrap_err();
    let prepared = module(r#"(module (@custom "vellum" "\00vpm\01"))"#);
    assert_eq!(refused(&prepared), OptimizeError::Prepared);
    let good = module("(module (func (param i32) (loop (br_if 0 (local.get 0)))))");
    for end in 1..good.len() {
        let _ = optimize(&good[..end], &OptimizeOptions::new());
    }
    let invalid = module("(module (func (loop (br_if 0))))");
    assert!(matches!(refused(&invalid), OptimizeError::Invalid { offset: 1.., .. }));
}
