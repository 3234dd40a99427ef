//! Faults of blocks with parameters, and of tables of branches.

use super::becomes;
use crate::modules::wasm;
use vellum_prepare::{Options, prepare};

/// Faults 4 and 5.
#[test]
fn blocks_with_parameters_above_locals_follow_an_empty_one() {
    for (below, parameters, block) in [
        ("local.get 0", "i32.const 7", "block (param i32)"),
        ("local.get 0", "call $give", "block (param i32)"),
        ("local.get 0", "local.get 1 i32.const 7", "block (param i32 i32)"),
        ("local.get 0", "local.get 1", "loop (param i32)"),
        ("local.get 0", "i32.const 7", "loop (param i32)"),
        ("local.get 0 i32.const 1", "i32.const 7", "loop (param i32)"),
        ("local.get 0", "local.get 1 local.set 1 i32.const 7", "block (param i32)"),
        ("local.get 0", "local.get 1 i32.const 2 local.set 1", "block (param i32)"),
    ] {
        let drops = "drop ".repeat(below.matches("local.get").count().max(1));
        let drops = if below.contains("const") { format!("{drops} drop") } else { drops };
        let pops = "drop ".repeat(if block.contains("i32 i32") { 2 } else { 1 });
        let function = |empty: &str| {
            format!(
                "(func (param i32 i32) {below} {parameters} {empty} {block} {pops} end {drops})"
            )
        };
        becomes(&function(""), &function("block end"));
    }
    let function = |empty: &str| {
        format!(
            "(func (param i32 i32) local.get 0 i32.const 7 local.get 1 {empty}
               if (param i32) drop else drop end drop)"
        )
    };
    becomes(&function(""), &function("block end"));
}

/// Fault 6.
#[test]
fn ifs_with_parameters_follow_an_empty_block() {
    for arms in ["i32.const 1 i32.add", "drop unreachable", "nop else drop i32.const 1"] {
        for operands in
            ["local.get 0 local.get 0", "call $give local.get 0", "i32.const 1 call $give"]
        {
            let function = |empty: &str| {
                format!(
                    "(func (param i32) (result i32) {operands} {empty} if (type $i_i) {arms} end)"
                )
            };
            becomes(&function(""), &function("block end"));
        }
    }
}

/// Fault 6, where the parameter is that of a loop.
#[test]
fn parameters_of_loops_are_not_in_slots() {
    for arms in ["drop local.get 0", "drop local.get 0 else"] {
        let function = |empty: &str| {
            format!(
                "(func (param i32 i32) (result i32)
                   i32.const 9 loop (type $i_i) local.get 1 {empty} if (type $i_i) {arms} end end)"
            )
        };
        becomes(&function(""), &function("block end"));
    }
}

/// Fault 7.
#[test]
fn tables_carry_no_values_past_operands() {
    let table = |locals: &str, ty: &str, pops: &str, between: &str, code: &str| {
        format!(
            "(func (param i32) {locals}
               block (type {ty}) block (type {ty}) {between} {code} end {pops} unreachable end {pops})"
        )
    };
    let branches = |gets: &str| format!("end {gets} br 1 end {gets} br 1");
    for between in ["i32.const 1", "call $give i64.const 2 f32.const 3"] {
        let table = |locals, code: &str| {
            table(locals, "$_ii", "drop drop", between, &format!("i32.const 1 call $give {code}"))
        };
        let gets = "local.get 2 local.get 3";
        let (wait, after) = ("local.set 1 local.set 3 local.set 2", branches(gets));
        becomes(
            &table("", "local.get 0 br_table 0 1 0"),
            &table(
                "(local i32 i32 i32)",
                &format!("local.get 0 {wait} block block local.get 1 br_table 0 1 0 {after}"),
            ),
        );
        becomes(
            &table("", "local.get 0 br_table 1 1 1 0"),
            &table(
                "(local i32 i32 i32)",
                &format!("local.get 0 {wait} block block local.get 1 br_table 1 1 1 0 {after}"),
            ),
        );
    }
    let values = "ref.null func ref.null extern";
    let after = branches("local.get 2 local.get 3");
    becomes(
        &table(
            "",
            "$_rr",
            "drop drop",
            "i32.const 1",
            &format!("{values} local.get 0 br_table 0 1"),
        ),
        &table(
            "(local i32 funcref externref)",
            "$_rr",
            "drop drop",
            "i32.const 1",
            &format!(
                "{values} local.get 0 local.set 1 local.set 3 local.set 2
                   block block local.get 1 br_table 0 1 {after}"
            ),
        ),
    );
    let values = "i32.const 1 i32.const 2 i64.const 3 f32.const 4";
    let after = branches("local.get 2 local.get 3 local.get 4 local.get 5");
    let pops = "drop drop drop drop";
    becomes(
        &table("", "$_iiii", pops, "i32.const 1", &format!("{values} local.get 0 br_table 0 1")),
        &table(
            "(local i32 i32 i32) (local i64) (local f32)",
            "$_iiii",
            pops,
            "i32.const 1",
            &format!(
                "{values} local.get 0 local.set 1 local.set 5 local.set 4 local.set 3 local.set 2
                   block block local.get 1 br_table 0 1 {after}"
            ),
        ),
    );
}

/// Fault 7, where what is between is below the innermost block.
#[test]
fn tables_leave_operands_of_outer_blocks() {
    let function = |locals: &str, table: &str| {
        format!(
            "(func (param i32) (result i32 i32) {locals}
               block (type $_ii)
                 i32.const 1
                 block (type $_i) i32.const 7 i32.const 9 local.get 0 {table} end
                 unreachable
               end)"
        )
    };
    becomes(
        &function("", "br_table 1 1 2 1"),
        &function(
            "(local i32 i32 i32)",
            "local.set 1 local.set 3 local.set 2
             block block local.get 1 br_table 0 0 1 0
             end local.get 2 local.get 3 br 2 end local.get 2 local.get 3 br 2",
        ),
    );
}

/// Tables whose mended form would be many times as large are refused.
#[test]
fn tables_that_carry_too_much_are_refused() {
    let values = "i32 ".repeat(1000);
    let table = |depth: usize| {
        let blocks = format!("block (result {values})").repeat(depth);
        let labels: String = (0..depth).map(|label| format!("{label} ")).collect();
        let ends = "end unreachable ".repeat(depth);
        let code = format!(
            "(module (func (param i32) {blocks} i32.const 0 {} local.get 0 br_table {labels} {ends}))",
            "i32.const 1 ".repeat(1000)
        );
        prepare(&wasm(&code), &Options::new()).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(table(10), Ok(()));
    let error = table(11).expect_err("11,000 values");
    assert!(error.contains("too many values to too many targets"), "{error}");
}
