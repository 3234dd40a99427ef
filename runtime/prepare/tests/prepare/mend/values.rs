//! Faults of single instructions: calls, selects, stores, growth and promotions.

use super::becomes;

/// Fault 1.
#[test]
fn callers_without_a_frame_get_one() {
    let has = |body: &str| {
        becomes(&format!("(func {body})"), &format!("(func (local i32) {body})"));
    };
    has("call $none call $none");
    has("i32.const 1 call $take i32.const 2 drop");
    has("(call_indirect (type $none) (i32.const 0)) nop");
    has("block call $none end");
    has("loop (call $none) (br 0) end");
    let rest = "(func $tail return_call $none) (func $far return_call $tail)";
    let caller = "call $tail call $far";
    becomes(&format!("{rest} (func {caller})"), &format!("{rest} (func (local i32) {caller})"));
    becomes(
        "(func (result i32) call $none i32.const 1)",
        "(func (result i32) (local i32) call $none i32.const 1)",
    );
}

fn select(before: &str, locals: &str) {
    let function = |constant: &str| {
        format!(
            "(func (param i32 i64 funcref) {locals} (result i32)
               i32.const 11 i32.const 22 {before} {constant} select)"
        )
    };
    becomes(&function(""), &function("i32.const 0 drop"));
}

/// Fault 2.
#[test]
fn selects_by_a_comparison_with_zero_keep_it() {
    for test in [
        "local.get 0 i32.eqz",
        "local.get 0 i32.const 0 i32.eq",
        "i32.const 0 local.get 0 i32.eq",
        "local.get 0 i32.const 0 i32.ne",
        "i32.const 0 local.get 0 i32.ne",
        "call $give i32.eqz",
        "local.get 0 i32.eqz i32.eqz",
        "local.get 0 i32.eqz i32.eqz i32.eqz",
        "local.get 0 i32.const 0 i32.xor i32.eqz",
        "local.get 0 i32.const 0 i32.xor i32.const 0 i32.ne",
        "local.get 0 i32.eqz i64.extend_i32_u i64.eqz",
        "local.get 0 i32.eqz i64.extend_i32_u i64.const 0 i64.ne",
        "local.get 2 ref.is_null",
        "local.get 0 i32.eqz nop",
        "loop (result i32) local.get 0 i32.eqz end",
        "local.get 0 i32.eqz i32.const 32 i32.shl",
        "local.get 0 i32.const 0 i32.xor i64.extend_i32_u i64.eqz",
        "local.get 0 i32.const 0 i32.xor i64.extend_i32_u i64.const 0 i64.ne",
        "local.get 0 i32.eqz i32.const 3 i32.const 1 select",
        "i32.const 3 local.get 0 i32.eqz i32.const 0 select",
        "local.get 0 i32.eqz local.get 0 local.set 0",
        "ref.null func i32.const 1 table.grow $t i32.eqz",
        "ref.null func i32.const 1 table.grow $t local.set 0 local.get 0 i32.eqz",
        "local.get 0 i32.const 3 i32.const 3 i32.sub i32.eq",
        "local.get 0 global.get $g i32.eq",
        "local.get 0 i32.load local.get 0 i32.load drop i32.eqz",
        "local.get 0 i32.load local.set 0 call $none local.get 0 i32.eqz",
    ] {
        select(test, "");
    }
    for ty in ["i32", "i64", "f32", "f64", "funcref", "externref"] {
        let function = |constant: &str| {
            format!(
                "(func (param i32 {ty} {ty}) (result {ty})
                   local.get 1 local.get 2 local.get 0 i32.eqz {constant} select (result {ty}))"
            )
        };
        becomes(&function(""), &function("i32.const 0 drop"));
    }
}

/// Fault 2, in the arms of an `if` with a constant condition.
#[test]
fn selects_in_arms_of_a_constant_keep_the_comparison() {
    for arms in ["(then {} select) (else drop drop)", "(then drop drop) (else {} select)"] {
        let function = |empty: &str, constant: &str| {
            format!(
                "(func (param i32) (result i32)
                   i32.const 11 i32.const 22 local.get 0 i32.eqz i32.const 0 {empty}
                   if (param i32 i32 i32) (result i32) {} end)",
                arms.replace("{}", constant)
                    .replace("(then", "")
                    .replace("(else", "else")
                    .replace(')', "")
            )
        };
        // Where the empty block ends, the comparison stays, too.
        becomes(&function("", ""), &function("block end", ""));
    }
}

/// Fault 3.
#[test]
fn stores_of_a_local_at_itself_store_something_else() {
    let mut forms = Vec::new();
    for op in ["store", "store8", "store16"] {
        forms.push((format!("i32.{op}"), "", "i32"));
        forms.push((format!("i64.{op}"), "i64.extend_i32_u", "i64"));
    }
    forms.push(("i64.store32".to_string(), "i64.extend_i32_u", "i64"));
    for (store, extend, ty) in forms {
        for place in ["offset=65536", "$n"] {
            for operands in [
                "local.get 0 local.get 0",
                "i32.const 1 local.tee 0 local.get 0",
                "local.get 0 i32.const 8 i32.add local.tee 0 local.get 0",
                "local.get 0 nop local.get 0",
                "local.get 0 i32.const 0 i32.shl local.get 0",
                "(select (local.get 0) (local.get 0) (local.get 1)) local.get 0",
            ] {
                let function = |or: &str| {
                    format!("(func (param i32 i32) {operands} {extend} {or} {store} {place})")
                };
                becomes(&function(""), &function(&format!("{ty}.const 0 {ty}.or")));
            }
        }
    }
}

/// Fault 9.
#[test]
fn the_first_memory_is_grown_by_nothing_after_one_that_may_be_it() {
    let function =
        |grow: &str| format!("(func (param i32) (result i32) local.get 0 memory.grow $n {grow})");
    becomes(&function(""), &function("memory.size $m memory.size $m i32.sub memory.grow $m drop"));
    let function = |grow: &str| {
        format!(
            "(func (param i32) (result i32)
               i32.const 1 i32.const 2 local.get 0 memory.grow $n {grow} select)"
        )
    };
    becomes(&function(""), &function("memory.size $m memory.size $m i32.sub memory.grow $m drop"));
}

/// Fault 8.
#[test]
fn promotions_are_of_no_signalling_nan() {
    for operand in ["local.get 0", "f32.const nan:0x200000", "local.get 0 f32.abs"] {
        let function =
            |one: &str| format!("(func (param f32) (result f64) {operand} {one} f64.promote_f32)");
        becomes(&function(""), &function("f32.const 1 f32.mul"));
    }
}
