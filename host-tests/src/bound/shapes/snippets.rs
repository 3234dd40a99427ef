//! Random code, again and again: what is counted wrongly of it is counted wrongly many times.

use super::expressions::{VARIABLES, Writer};
use super::parts::{Parts, TYPES, any, push_default};
use super::statements::signatures;
use fastrand::Rng;
use wasm_encoder::{
    BlockType, ConstExpr, Elements, ExportKind, Function, GlobalType, HeapType, RefType, TableType,
    ValType,
};

/// Bytes that the code of a module may have.
const MOST: usize = 60_000;

fn declarations(parts: &mut Parts) {
    for (nth, (params, results)) in signatures().into_iter().enumerate() {
        let mut function = Function::new([]);
        let mut code = function.instructions();
        for result in &results {
            push_default(&mut code, *result);
        }
        code.end();
        parts.function(params, results, function);
        parts.exports.export(&nth.to_string(), ExportKind::Func, nth as u32);
    }
    parts.memory();
    parts.memory();
    for _ in 0..2 {
        parts.tables.table(TableType {
            element_type: RefType::FUNCREF,
            table64: false,
            minimum: 4,
            maximum: None,
            shared: false,
        });
    }
    parts.elements.declared(Elements::Functions(vec![0].into()));
    for ty in TYPES {
        let value = match ty {
            ValType::I32 => ConstExpr::i32_const(9),
            ValType::I64 => ConstExpr::i64_const(9),
            ValType::F32 => ConstExpr::f32_const(9.0.into()),
            ValType::F64 => ConstExpr::f64_const(9.0.into()),
            ValType::FUNCREF => ConstExpr::ref_func(0),
            _ => ConstExpr::ref_null(HeapType::EXTERN),
        };
        for mutable in [true, false] {
            let global = GlobalType { val_type: ty, mutable, shared: false };
            parts.globals.global(global, &value);
        }
    }
}

fn snippet(rng: &mut Rng, results: &[ValType]) -> Vec<u8> {
    let left = rng.usize(2..30);
    let mut writer = Writer { rng, code: Vec::new(), labels: vec![results.to_vec()], left };
    writer.statement();
    writer.code
}

/// A function with some code so many times, in so many blocks.
fn function(rng: &mut Rng, parts: &mut Parts, times: usize, depth: usize) {
    let results: Vec<ValType> = (0..rng.usize(..4)).map(|_| any(rng)).collect();
    let code = snippet(rng, &results);
    let mut function = Function::new(TYPES.map(|ty| (VARIABLES, ty)));
    let block = BlockType::FunctionType(parts.types.len());
    if depth > 0 {
        parts.types.ty().function([], results.clone());
    }
    for _ in 0..depth {
        function.instructions().block(block);
    }
    for _ in 0..times.min(MOST / (code.len() + 1)).max(1) {
        function.raw(code.iter().copied());
    }
    let mut end = function.instructions();
    for result in &results {
        push_default(&mut end, *result);
    }
    for _ in 0..=depth {
        end.end();
    }
    parts.function(vec![], results, function);
}

/// One function that does one thing very often, sometimes in more blocks than the bound remembers.
pub(super) fn repeated(rng: &mut Rng, parts: &mut Parts, count: usize) {
    const DEEP: usize = 300;
    declarations(parts);
    let depth = if rng.u8(..4) == 0 { DEEP } else { 0 };
    function(rng, parts, count, depth);
}

/// Functions that do some things a few times each.
pub(super) fn functions(rng: &mut Rng, parts: &mut Parts, count: usize) {
    declarations(parts);
    for _ in 0..count.min(200) {
        let times = rng.usize(1..4);
        function(rng, parts, times, 0);
    }
}
