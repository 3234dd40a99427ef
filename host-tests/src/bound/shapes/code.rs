//! Functions with very many variables, operands or instructions.

use super::parts::{Parts, at, name, number, push_default, simple};
use fastrand::Rng;
use wasm_encoder::{BlockType, ExportKind, Function, ValType};

pub(super) fn locals(rng: &mut Rng, parts: &mut Parts, count: usize) {
    let count = count.min(5000);
    let groups: Vec<(u32, ValType)> = match rng.bool() {
        true => (0..count).map(|_| (1, number(rng))).collect(),
        false => vec![(count as u32, ValType::I64)],
    };
    let types: Vec<ValType> =
        groups.iter().flat_map(|(count, ty)| vec![*ty; *count as usize]).collect();
    let mut function = Function::new(groups);
    let mut code = function.instructions();
    for _ in 0..rng.usize(..count * 2) {
        let (from, to) = (rng.usize(..types.len()), rng.usize(..types.len()));
        if types[from] == types[to] {
            code.local_get(from as u32);
            match rng.bool() {
                true => code.local_set(to as u32),
                false => code.local_tee(to as u32).drop(),
            };
        }
    }
    code.end();
    parts.function(vec![], vec![], function);
}

pub(super) fn parameters(rng: &mut Rng, parts: &mut Parts, count: usize) {
    let params: Vec<_> = (0..count.min(900)).map(|_| number(rng)).collect();
    let results = if rng.bool() { params.clone() } else { vec![] };
    let calls = rng.usize(1..6);
    let mut function = Function::new([]);
    let mut code = function.instructions();
    for _ in 0..calls {
        for nth in 0..params.len() {
            code.local_get(nth as u32);
        }
        code.call(0);
        for _ in &results {
            code.drop();
        }
    }
    for nth in 0..results.len() {
        code.local_get(nth as u32);
    }
    code.end();
    parts.function(params, results, function);
}

/// Branches that carry values, under a condition.
pub(super) fn carried(rng: &mut Rng, parts: &mut Parts, count: usize) {
    let results: Vec<_> = (0..rng.usize(1..12)).map(|_| number(rng)).collect();
    let ty = parts.types.len();
    parts.types.ty().function([], results.clone());
    let mut function = Function::new(results.iter().map(|ty| (1, *ty)));
    let mut code = function.instructions();
    if rng.bool() {
        code.i64_const(1).drop();
    }
    code.block(BlockType::FunctionType(ty));
    for (nth, result) in results.iter().enumerate() {
        match rng.u8(..3) {
            0 => push_default(&mut code, *result),
            1 => {
                code.local_get(nth as u32);
            }
            _ => {
                push_default(&mut code, *result);
                code.local_tee(nth as u32);
            }
        }
    }
    for _ in 0..count.min(3000) {
        match rng.u8(..4) {
            0 => code.i32_const(rng.i32(..2)).br_if(0),
            1 => code.memory_size(0).br_if(0),
            2 => code.memory_size(0).i32_eqz().br_if(0),
            _ => code.memory_size(0).i32_const(5).i32_gt_u().br_if(rng.u32(..2)),
        };
    }
    code.end().end();
    parts.memory();
    parts.functions.function(ty);
    parts.code.function(&function);
}

/// Very many operands at once.
pub(super) fn operands(rng: &mut Rng, parts: &mut Parts, count: usize) {
    let mut function = Function::new([(3, ValType::I32), (3, ValType::I64)]);
    let mut code = function.instructions();
    let count = count.min(3000);
    for _ in 0..count {
        match rng.u8(..4) {
            0 => code.local_get(rng.u32(..3)),
            1 => code.i32_const(rng.i32(..)),
            2 => code.local_get(0).i32_load(at(4)),
            _ => code.local_get(rng.u32(3..6)).i32_wrap_i64(),
        };
        if rng.u8(..20) == 0 {
            code.i32_const(1).local_set(rng.u32(..3));
        }
    }
    for _ in 1..count {
        match rng.u8(..4) {
            0 => code.i32_add(),
            1 => code.i32_shl(),
            2 => code.i32_div_s(),
            _ => code.i32_lt_u(),
        };
    }
    code.drop().end();
    parts.memory();
    parts.function(vec![], vec![], function);
}

pub(super) fn tiny(rng: &mut Rng, parts: &mut Parts, count: usize) {
    let one_type = rng.bool();
    let exported = rng.usize(..=count);
    for nth in 0..count {
        let value = rng.i32(..);
        let body = simple(|code| {
            code.i32_const(value);
        });
        if nth == 0 || !one_type {
            parts.function(vec![], vec![ValType::I32], body);
        } else {
            parts.functions.function(0);
            parts.code.function(&body);
        }
        if nth < exported {
            let name = name(rng, nth);
            parts.exports.export(&name, ExportKind::Func, nth as u32);
        }
    }
}

/// One function as compilers write them: loops, conditions, accesses to memory, arithmetic.
pub(super) fn straight(rng: &mut Rng, parts: &mut Parts, count: usize) {
    let mut function = Function::new([(6, ValType::I32), (3, ValType::F64)]);
    let mut code = function.instructions();
    let mut depth = 0;
    for _ in 0..count {
        let (a, b, c) = (rng.u32(..6), rng.u32(..6), rng.u32(..6));
        match rng.u8(..12) {
            0 => {
                code.local_get(a).local_get(b).i32_add().local_set(c);
            }
            1 => {
                code.local_get(a).i32_load(at(rng.u64(..70_000))).local_tee(b).drop();
            }
            2 => {
                code.local_get(a).local_get(b).i32_store(at(rng.u64(..99)));
            }
            3 => {
                code.local_get(a).i32_const(rng.i32(..)).i32_lt_s().br_if(0);
            }
            4 => {
                code.local_get(a).i32_const(rng.i32(..40)).i32_shl().local_set(c);
            }
            5 => {
                code.i32_const(64).i32_load8_u(at(0)).i32_eqz().local_set(a);
            }
            6 => {
                code.local_get(6)
                    .local_get(7)
                    .f64_mul()
                    .f64_const(1.5.into())
                    .f64_add()
                    .local_set(8);
            }
            7 => {
                depth += 1;
                code.block(BlockType::Empty);
            }
            8 => {
                depth += 1;
                code.loop_(BlockType::Empty);
            }
            9 => {
                depth += 1;
                code.local_get(a).local_get(b).i32_eq().if_(BlockType::Empty);
            }
            10 if depth > 0 => {
                depth -= 1;
                code.end();
            }
            10 => {}
            _ => {
                code.local_get(a).local_get(b).local_get(c).select().local_set(a);
            }
        }
    }
    for _ in 0..=depth {
        code.end();
    }
    parts.memory();
    parts.function(vec![], vec![], function);
}
