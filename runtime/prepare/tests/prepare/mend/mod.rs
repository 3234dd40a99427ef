//! Code that the interpreter translates wrongly becomes other code; all other code stays as it is.

mod control;
mod forged;
mod unchanged;
mod values;

use crate::modules::{validate, wasm};
use vellum_prepare::{Options, prepare};

/// A module with these functions, and what they may refer to. Nothing in it is changed but functions.
fn module(functions: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (type $none (func))
            (type $i (func (param i32)))
            (type $ii (func (param i32 i32)))
            (type $i_i (func (param i32) (result i32)))
            (type $_i (func (result i32)))
            (type $_ii (func (result i32 i32)))
            (type $_fdi (func (result f32 f64 i32)))
            (type $_iiii (func (result i32 i32 i64 f32)))
            (type $_rr (func (result funcref externref)))
            (import "env" "none" (func $none))
            (import "env" "take" (func $take (param i32)))
            (import "env" "give" (func $give (result i32)))
            (import "env" "m" (memory $m 1))
            (import "env" "n" (memory $n 1))
            (import "env" "w" (memory $w 1))
            (table $t 1 funcref)
            (global $g (mut i32) (i32.const 0))
            {functions})"#
    );
    let module = without_names(&wasm(&text));
    assert_eq!(validate(&module), Ok(()), "{functions}");
    module
}

/// The module without its custom sections.
fn without_names(module: &[u8]) -> Vec<u8> {
    let mut kept = module[..8].to_vec();
    for payload in wasmparser::Parser::new(0).parse_all(module) {
        let payload = payload.expect("a well-formed module");
        let Some((id, contents)) = payload.as_section() else { continue };
        if id != 0 {
            // The encoder writes lengths in as few bytes as there may be.
            let mut length = contents.len();
            kept.push(id);
            while length >= 128 {
                kept.push(length as u8 | 128);
                length >>= 7;
            }
            kept.push(length as u8);
            kept.extend(&module[contents]);
        }
    }
    kept
}

/// Checks that the pass makes this of these functions, and leaves what it made as it is.
fn becomes(before: &str, after: &str) {
    let (before, after) = (module(before), module(after));
    let lowered = prepare(&before, &Options::new()).expect("a valid module");
    assert!(
        *lowered.code == after,
        "{}\n  became\n{}\n  and not\n{}",
        print(&before),
        print(&lowered.code),
        print(&after)
    );
    stays(&after);
}

fn stays(module: &[u8]) {
    let lowered = prepare(module, &Options::new()).expect("a valid module");
    assert!(*lowered.code == *module, "{}\n  became\n{}", print(module), print(&lowered.code));
}

fn print(module: &[u8]) -> String {
    let mut text = String::new();
    for payload in wasmparser::Parser::new(0).parse_all(module) {
        let Ok(wasmparser::Payload::CodeSectionEntry(body)) = payload else { continue };
        let operators = body.get_operators_reader().expect("a body");
        for operator in operators {
            text.push_str(&format!("    {:?}\n", operator.expect("an operator")));
        }
    }
    text
}
