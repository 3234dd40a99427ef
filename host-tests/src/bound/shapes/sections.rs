//! Modules with very many items of one section.

use super::parts::{Parts, TYPES, any, constant, name, number, simple};
use fastrand::Rng;
use wasm_encoder::{
    ConstExpr, DataCountSection, Elements, EntityType, ExportKind, GlobalType, RefType, TableType,
};

pub(super) fn types(rng: &mut Rng, parts: &mut Parts, most: usize) {
    let values = [0, 3, 20, 200][rng.usize(..4)];
    for _ in 0..most {
        let params: Vec<_> = (0..rng.usize(..=values)).map(|_| any(rng)).collect();
        let results: Vec<_> = (0..rng.usize(..=values.min(4))).map(|_| any(rng)).collect();
        parts.types.ty().function(params, results);
    }
}

pub(super) fn exports(rng: &mut Rng, parts: &mut Parts, count: usize) {
    let functions = rng.usize(1..=count.min(50));
    for _ in 0..functions {
        parts.function(vec![], vec![], simple(|_| {}));
    }
    for nth in 0..count {
        let name = name(rng, nth);
        parts.exports.export(&name, ExportKind::Func, rng.u32(..functions as u32));
    }
}

pub(super) fn imports(rng: &mut Rng, parts: &mut Parts, count: usize) {
    types(rng, parts, 1 + count / 20);
    let types = parts.types.len();
    let kinds = rng.u8(1..4);
    for nth in 0..count.min(2000) {
        let (module, name) = (name(rng, rng.clone().usize(..9)), name(rng, nth));
        let entity = match rng.u8(..kinds) {
            0 => EntityType::Function(rng.u32(..types)),
            1 => EntityType::Global(GlobalType {
                val_type: number(rng),
                mutable: rng.bool(),
                shared: false,
            }),
            _ if nth % 30 == 0 => EntityType::Table(TableType {
                element_type: RefType::FUNCREF,
                table64: false,
                minimum: rng.u64(..9),
                maximum: Some(20),
                shared: false,
            }),
            _ => EntityType::Function(0),
        };
        parts.imports.import(&module, &name, entity);
    }
}

pub(super) fn globals(rng: &mut Rng, parts: &mut Parts, count: usize) {
    let kinds = rng.usize(1..=6);
    for _ in 0..count {
        let ty = TYPES[rng.usize(..kinds)];
        let value = constant(rng, ty);
        let global = GlobalType { val_type: ty, mutable: rng.bool(), shared: false };
        parts.globals.global(global, &value);
    }
    let count = count as u32;
    let read = rng.u32(..200);
    let indices: Vec<u32> = (0..read).map(|_| rng.u32(..count)).collect();
    let body = simple(|code| {
        for index in indices {
            code.global_get(index).drop();
        }
    });
    parts.function(vec![], vec![], body);
}

pub(super) fn table(parts: &mut Parts, minimum: u64) {
    parts.tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum,
        maximum: None,
        shared: false,
    });
}

pub(super) fn elements(rng: &mut Rng, parts: &mut Parts, count: usize) {
    parts.function(vec![], vec![], simple(|_| {}));
    table(parts, 64 + count as u64);
    let (segments, items) = if rng.bool() { (count, 4) } else { (1 + count / 500, 500) };
    for _ in 0..segments {
        let items = rng.usize(..=items).min(64 + count);
        let functions = vec![0u32; items];
        let expressions: Vec<_> = (0..items)
            .map(|nth| match nth % 2 {
                0 => ConstExpr::ref_func(0),
                _ => ConstExpr::ref_null(wasm_encoder::HeapType::FUNC),
            })
            .collect();
        let list = match rng.bool() {
            true => Elements::Functions(functions.into()),
            false => Elements::Expressions(RefType::FUNCREF, expressions.into()),
        };
        match rng.u8(..3) {
            0 => parts.elements.active(Some(0), &constant_zero(rng), list),
            1 => parts.elements.passive(list),
            _ => parts.elements.declared(list),
        };
    }
}

pub(super) fn constant_zero(rng: &mut Rng) -> ConstExpr {
    let mut value = ConstExpr::i32_const(0);
    for _ in 0..if rng.u8(..4) == 0 { rng.usize(..5) } else { 0 } {
        value = value.with_i32_const(0).with_i32_add();
    }
    value
}

pub(super) fn tables(rng: &mut Rng, parts: &mut Parts, count: usize) {
    for _ in 0..count.min(99) {
        table(parts, rng.u64(..200));
    }
    if rng.bool() {
        table(parts, rng.u64(..50_000));
    }
}

pub(super) fn data(rng: &mut Rng, parts: &mut Parts, count: usize) {
    parts.memory();
    if rng.bool() {
        parts.data_count = Some(DataCountSection { count: count as u32 });
    }
    for _ in 0..count {
        let bytes = vec![1; if rng.u8(..20) == 0 { 300 } else { rng.usize(..3) }];
        match rng.bool() {
            true => parts.data.active(0, &constant_zero(rng), bytes),
            false => parts.data.passive(bytes),
        };
    }
    parts.function(vec![], vec![], simple(|_| {}));
}
