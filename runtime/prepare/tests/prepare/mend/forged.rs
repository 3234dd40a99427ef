//! A module that only says that it has been prepared.

use super::module;
use vellum_prepare::{Options, prepare, prepare_to_vec};

/// Says of a module with three imported memories that it has been prepared.
fn forge(mut module: Vec<u8>) -> Vec<u8> {
    const IMPORTED: u8 = 1;
    let payload = [5, 0, 0, 3, IMPORTED, IMPORTED, IMPORTED, 0, 0];
    module.extend([0, 11 + payload.len() as u8]);
    module.extend(b"\x06vellum\0vpm");
    module.extend(payload);
    module
}

#[test]
fn unmended_code_is_refused() {
    assert!(prepare(&forge(module("(func)")), &Options::new()).is_ok());
    for (function, fault) in [
        ("(func call $none call $none)", "call of what may tail-call"),
        (
            "(func (param i32) (result i32) i32.const 1 i32.const 2 local.get 0 i32.eqz select)",
            "select by a comparison",
        ),
        ("(func (param i32) local.get 0 local.get 0 i32.store offset=65536)", "at itself"),
        (
            "(func (param i32) local.get 0 i32.const 1 block (param i32) drop end drop)",
            "block whose parameters",
        ),
        (
            "(func (param i32) local.get 0 i32.const 1 loop (param i32) drop end drop)",
            "loop whose parameters",
        ),
        (
            "(func (param i32) (result i32) local.get 0 local.get 0 if (type $i_i) end)",
            "if that has parameters",
        ),
        (
            "(func (param i32) (result i32 i32)
               block (type $_ii) block (type $_ii)
                 i32.const 5 i32.const 1 i32.const 2 local.get 0 br_table 0 1
               end end)",
            "br_table",
        ),
        ("(func (param f32) (result f64) local.get 0 f64.promote_f32)", "f64.promote_f32"),
        ("(func (param i32) (result i32) local.get 0 memory.grow $n)", "memory.grow"),
    ] {
        let original = module(function);
        let error =
            prepare(&forge(original.clone()), &Options::new()).expect_err(function).to_string();
        assert!(error.contains("unmended") && error.contains(fault), "{function}: {error}");
        let prepared = prepare_to_vec(&original, &Options::new()).expect("a valid module");
        assert_eq!(
            *prepare(&prepared, &Options::new()).expect("prepared").code,
            prepared,
            "{function}"
        );
    }
}
