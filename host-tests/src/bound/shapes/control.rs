//! Functions with very many blocks, or targets of a branch.

use super::parts::{Parts, number, push_default};
use fastrand::Rng;
use wasm_encoder::{BlockType, Function, ValType};

pub(super) fn nested(rng: &mut Rng, parts: &mut Parts, count: usize) {
    let kinds: Vec<u8> = (0..count).map(|_| rng.u8(..4)).collect();
    let typed = rng.bool();
    let (ty, mut function) = match typed {
        true => (BlockType::Result(ValType::I32), Function::new([(1, ValType::I32)])),
        false => (BlockType::Empty, Function::new([(1, ValType::I32)])),
    };
    let mut code = function.instructions();
    for kind in &kinds {
        match kind {
            0 => code.block(ty),
            1 => code.loop_(ty),
            2 => code.local_get(0).i32_eqz().if_(ty),
            _ => code.local_get(0).if_(ty),
        };
    }
    if typed {
        code.local_get(0);
    }
    for kind in kinds.iter().rev() {
        if *kind >= 2 && (typed || rng.bool()) {
            code.else_();
            if typed {
                code.i32_const(1);
            }
        }
        if *kind == 0 && rng.bool() {
            if typed {
                code.local_get(0).br_if(0);
            } else {
                code.local_get(0).i32_const(3).i32_lt_s().br_if(0);
            }
        }
        code.end();
    }
    code.end();
    let results = if typed { vec![ValType::I32] } else { vec![] };
    parts.function(vec![], results, function);
}

pub(super) fn branch_tables(rng: &mut Rng, parts: &mut Parts, count: usize) {
    let values = rng.usize(..4);
    let depth = rng.usize(1..20);
    let results: Vec<_> = (0..values).map(|_| number(rng)).collect();
    let ty = parts.types.len();
    parts.types.ty().function([], results.clone());
    let mut function = Function::new([(1, ValType::I32)]);
    let mut code = function.instructions();
    for _ in 0..depth {
        code.block(BlockType::FunctionType(ty));
    }
    for result in &results {
        push_default(&mut code, *result);
    }
    let targets: Vec<u32> = (0..count).map(|_| rng.u32(..=depth as u32)).collect();
    code.local_get(0).br_table(targets, 0);
    for _ in 0..depth {
        code.end();
    }
    code.end();
    let ty = parts.types.len();
    parts.types.ty().function([], results);
    parts.functions.function(ty);
    parts.code.function(&function);
}
