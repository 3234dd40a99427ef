//! What the interpreter gets right stays as it is.

use super::{module, stays};

#[test]
fn callers_that_end_or_have_a_frame() {
    for function in [
        "(func call $none)",
        "(func call $none return)",
        "(func call $none unreachable)",
        "(func i32.const 1 call $take)",
        "(func (param i32) call $none call $none)",
        "(func (local i64) call $none call $none)",
        "(func i32.const 1 call $none drop)",
        "(func call $give drop call $give drop)",
        "(func $own) (func call $own call $own call $own)",
        "(func $own call $none) (func call $own nop)",
    ] {
        stays(&module(function));
    }
}

#[test]
fn selects_by_something_else() {
    for test in [
        "local.get 0",
        "local.get 0 i32.load i32.eqz",
        "local.get 0 i32.const 1 i32.and i32.eqz",
        "local.get 0 i32.const 1 i32.xor i32.eqz",
        "local.get 0 i32.const 5 i32.eq",
        "local.get 0 local.get 1 i32.eq",
        "local.get 0 i64.extend_i32_s i64.eqz",
        "local.get 0 i32.load local.tee 1 i32.eqz",
        "local.get 0 i32.load local.set 1 local.get 1 i32.eqz",
        "local.get 0 i32.const 0 i32.xor",
        "local.get 0 i32.eqz local.tee 1",
        "local.get 0 i32.eqz local.get 1 i32.add",
    ] {
        stays(&module(&format!(
            "(func (param i32 i32) (result i32) i32.const 11 i32.const 22 {test} select)"
        )));
    }
}

#[test]
fn stores_near_or_of_something_else() {
    for store in [
        "local.get 0 local.get 0 i32.store offset=65535",
        "local.get 0 local.get 1 i32.store offset=65536",
        "local.get 0 i32.const 4 i32.shl local.get 0 i32.store offset=65536",
        "local.get 0 local.get 0 i32.const 1 i32.add i32.store offset=65536",
        "local.get 0 local.get 0 i32.load i32.store offset=65536",
        "local.get 0 f32.const 0 f32.store offset=65536",
    ] {
        stays(&module(&format!("(func (param i32 i32) {store})")));
    }
}

#[test]
fn blocks_without_locals_below_their_parameters() {
    for block in [
        "i32.const 1 block (param i32) drop end",
        "local.get 0 block (param i32) drop end",
        "local.get 0 block end drop",
        "call $give i32.const 1 block (param i32) drop end drop",
        "local.get 0 local.get 1 block (param i32) drop end drop",
        "call $give local.get 1 loop (param i32) drop end drop",
        "local.get 0 loop drop end i32.const 3 drop",
    ] {
        let valid = !block.contains("loop drop");
        if valid {
            stays(&module(&format!("(func (param i32 i32) {block})")));
        }
    }
}

#[test]
fn tables_that_carry_nothing_or_have_nothing_below() {
    for function in [
        "(func (param i32) block block i32.const 1 local.get 0 br_table 0 1 end end)",
        "(func (param i32) (result i32)
           block (result i32) block (result i32) i32.const 5 i32.const 1 local.get 0 br_table 0 1
           end end)",
        "(func (param i32) (result i32 i32)
           block (type $_ii) block (type $_ii) i32.const 1 i32.const 2 local.get 0 br_table 0 1
           end end)",
        "(func (param i32) (result i32 i32)
           block (type $_ii) i32.const 5 i32.const 1 i32.const 2 local.get 0 br_table 0 0 end)",
        "(func (param i32) (result f32 f64 i32)
           block (type $_fdi) block (type $_fdi)
             i32.const 5 f32.const 1 f64.const 2 i32.const 3 local.get 0 br_table 0 1
           end end)",
    ] {
        stays(&module(function));
    }
}

#[test]
fn promotions_of_results() {
    for operand in [
        "local.get 0 local.get 0 f32.add",
        "f32.const 1.5",
        "f32.const nan",
        "i32.const 1 f32.convert_i32_s",
    ] {
        stays(&module(&format!("(func (param f32) (result f64) {operand} f64.promote_f32)")));
    }
}

/// Branches in the place of a table could be valid where the table is not.
#[test]
fn tables_whose_targets_take_different_numbers_of_values() {
    let text = "(module (func (param i32) (result i32 i32)
        loop (result i32 i32)
          i32.const 5 i32.const 1 i32.const 2 local.get 0 br_table 0 1
        end))";
    let module = crate::modules::wasm(text);
    assert!(crate::modules::validate(&module).is_err());
    stays(&module);
}

#[test]
fn growing_the_first_memory() {
    stays(&module("(func (param i32) (result i32) local.get 0 memory.grow $m)"));
}

#[test]
fn what_is_never_reached() {
    stays(&module(
        "(func (param i32) (result i32)
           unreachable local.get 0 i32.eqz select
           block local.get 0 local.get 0 i32.store offset=65536 end)",
    ));
}
