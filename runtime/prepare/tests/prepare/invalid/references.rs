//! References of the guest to what it does not have, some of which the pass appends.

use super::*;

/// What is appended takes the indices that the guest must not use, and declares a function.
#[test]
fn references_to_what_is_appended() {
    let computed = r#"(import "m" "g" (global i32)) (memory 1) (data (global.get 0) "x")"#;
    for part in [
        "(func (result i32) (global.get 1))",
        r#"(export "e" (global 1))"#,
        "(table 1 funcref) (elem (global.get 1) func)",
        "(table 1 funcref) (elem (i32.const 0) funcref (global.get 1))",
        "(data (global.get 1) \"y\")",
    ] {
        let message = refused(&format!("(module {computed} {part})"));
        assert!(message.contains("unknown global"), "{part}: {message}");
    }
    // `global.set` can't become valid: what is appended is immutable.
    let module = wasm(&format!("(module {computed} (func (global.set 1 (i32.const 0))))"));
    let prepared = prepare(&module, &Options::new()).expect("the code shows that it is invalid");
    assert!(validate(&prepared.code).is_err());

    let undeclared = "(func $s (drop (ref.func $s))) (start $s)";
    assert!(refused(&format!("(module {undeclared})")).contains("undeclared function reference"));
    for declaration in [
        r#"(export "s" (func $s))"#,
        "(elem declare func $s)",
        "(elem declare funcref (ref.func $s))",
        "(global funcref (ref.func $s))",
    ] {
        let module = wasm(&format!("(module {undeclared} {declaration})"));
        assert_eq!(validate(&module), Ok(()));
        let prepared = prepare(&module, &Options::new())
            .unwrap_or_else(|error| panic!("{declaration}: {error}"));
        assert_eq!(validate(&prepared.code), Ok(()));
    }
}

/// An appended type or table takes the first index that the guest must not use.
#[test]
fn references_to_what_helpers_append() {
    const ATOMIC: &str = "(drop (i32.atomic.load (i32.const 0)))";
    let threads = Options::new().threads(true);
    let module = |part: &str, body: &str| {
        wasm(&format!(
            r#"(module (type (func)) (import "m" "n" (memory 1)) {part}
                (table 1 funcref) (func (type 0) {ATOMIC}) (func (type 0) {body}))"#
        ))
    };
    let refused = |part, body, what| {
        let message = refusal_with(&module(part, body), &threads);
        assert!(message.contains(what), "{part} {body}: {message}");
    };
    for part in [r#"(import "m" "f" (func (type 1)))"#, "(func (type 1))"] {
        refused(part, "", "unknown type");
    }
    for part in [r#"(export "e" (table 1))"#, "(elem (table 1) (i32.const 0) func)"] {
        refused(part, "", "unknown table");
    }
    for body in [
        "(block (type 1))",
        "(loop (type 1))",
        "(if (type 1) (i32.const 0) (then))",
        "(call_indirect (type 1) (i32.const 0))",
        "(return_call_indirect (type 1) (i32.const 0))",
    ] {
        refused("", body, "unknown type");
    }
    for body in [
        "(call_indirect 1 (type 0) (i32.const 0))",
        "(return_call_indirect 1 (type 0) (i32.const 0))",
        "(drop (table.get 1 (i32.const 0)))",
        "(table.set 1 (i32.const 0) (ref.null func))",
        "(drop (table.size 1))",
        "(drop (table.grow 1 (ref.null func) (i32.const 0)))",
        "(table.fill 1 (i32.const 0) (ref.null func) (i32.const 0))",
        "(table.copy 0 1 (i32.const 0) (i32.const 0) (i32.const 0))",
        "(table.copy 1 0 (i32.const 0) (i32.const 0) (i32.const 0))",
    ] {
        refused("", body, "unknown table");
    }
    refused(
        "(elem $e func)",
        "(table.init 1 $e (i32.const 0) (i32.const 0) (i32.const 0))",
        "unknown table",
    );
}

/// The local variables that lowering appends are not the guest's.
#[test]
fn references_to_appended_local_variables() {
    let threads = Options::new().threads(true);
    let module = |body: &str| {
        wasm(&format!(
            "(module (memory 1) (func (param i32) (local i32 i32) {body}
                (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 0)))))"
        ))
    };
    for body in [
        "(drop (local.get 3))",
        "(local.set 3 (i32.const 0))",
        "(drop (local.tee 5 (i32.const 0)))",
    ] {
        let message = refusal_with(&module(body), &threads);
        assert!(message.contains("unknown local"), "{body}: {message}");
    }
    let valid = module("(local.set 1 (local.tee 2 (local.get 0)))");
    let prepared = prepare(&valid, &threads).expect("a valid module");
    assert_eq!(validate(&prepared.code), Ok(()));
}

/// `memory.init` and `data.drop` refer to what the module has and says ahead of its code.
#[test]
fn references_to_data() {
    let refused = |text: &str, what: &str| {
        let message = refused(text);
        assert!(message.contains(what), "{text}: {message}");
    };
    let init = "(i32.const 0) (i32.const 0) (i32.const 0)";
    refused(&format!("(module (data \"x\") (func (memory.init 0 {init})))"), "unknown memory");
    let memory = "(memory 1) (data \"x\")";
    refused(&format!("(module {memory} (func (memory.init 1 0 {init})))"), "unknown memory");
    refused(&format!("(module {memory} (func (memory.init 1 {init})))"), "unknown data segment");
    refused(&format!("(module {memory} (func (data.drop 1)))"), "unknown data segment");
    for code in [&[0x41, 0, 0x41, 0, 0x41, 0, 0xfc, 8, 0, 0][..], &[0xfc, 9, 0]] {
        let mut module = body(code);
        module.extend([11, 3, 1, 1, 0]);
        assert!(refusal(&module).contains("data count section required"));
    }
    for body in [
        "(memory.init 0 (i64.const 0) (i32.const 0) (i32.const 0))",
        "(memory.init 0 (i32.const 0) (i64.const 0) (i32.const 0))",
        "(memory.init 0 (i32.const 0) (i32.const 0) (f32.const 0))",
        "(drop (data.drop 0))",
    ] {
        let module = wasm(&format!("(module {memory} (func {body}))"));
        assert!(validate(&module).is_err(), "{body}");
        let prepared =
            prepare(&module, &Options::new()).expect("the code shows that it is invalid");
        assert!(validate(&prepared.code).is_err(), "{body}");
    }
}
