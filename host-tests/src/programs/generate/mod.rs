//! Makes modules that use most of what the interpreter's translator treats specially.
//!
//! The code is made for a stack machine: operands may lie there already, below others or above, or be
//! made where they are needed, out of locals, constants, loads, calls and whole blocks.

mod body;
mod call;
mod control;
mod expression;
mod memory;
mod module;
mod operators;
mod shape;
mod steps;

use super::program::{Program, exported_functions};
use fastrand::Rng;
use shape::Signature;
use wasm_encoder::ValType;

/// Calls of each function.
const CALLS: usize = 12;

fn encoded(ty: wasmparser::ValType) -> ValType {
    match ty {
        wasmparser::ValType::I32 => ValType::I32,
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        wasmparser::ValType::V128 => ValType::V128,
        wasmparser::ValType::Ref(ty) if ty.is_func_ref() => ValType::FUNCREF,
        wasmparser::ValType::Ref(_) => ValType::EXTERNREF,
    }
}

/// One module, or two of which the second uses the first.
pub(super) fn program(rng: &mut Rng, tail_calls: bool) -> Program {
    let mut modules = vec![module::module(rng, &[], tail_calls)];
    if rng.u8(..3) == 0 {
        let mut offered: Vec<_> = exported_functions(&modules[0])
            .into_iter()
            .map(|(name, ty)| {
                let params = ty.params().iter().map(|ty| encoded(*ty)).collect();
                let results = ty.results().iter().map(|ty| encoded(*ty)).collect();
                (name, Signature { params, results })
            })
            .collect();
        rng.shuffle(&mut offered);
        offered.truncate(4);
        modules.push(module::module(rng, &offered, tail_calls));
    }
    Program::new(rng, modules, CALLS)
}
