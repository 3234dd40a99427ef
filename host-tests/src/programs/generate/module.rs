//! Writes a module.

use super::body::{Body, Slot};
use super::shape::{Global, Shape, Signature, Types, value_type};
use fastrand::Rng;
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements, EntityType,
    ExportKind, ExportSection, Function, FunctionSection, GlobalSection, GlobalType, HeapType,
    Ieee32, Ieee64, ImportSection, MemorySection, MemoryType, Module, RefType, TableSection,
    TableType, TypeSection, ValType,
};

/// Locals besides the parameters.
fn locals(rng: &mut Rng) -> Vec<Slot> {
    let local = |rng: &mut Rng| {
        let ty = value_type(rng);
        let flag = rng.bool();
        Slot {
            ty,
            exact: flag && matches!(ty, ValType::F32 | ValType::F64),
            small: flag && matches!(ty, ValType::I32 | ValType::I64),
        }
    };
    let count = if rng.u8(..3) == 0 { 0 } else { rng.usize(..6) };
    (0..count).map(|_| local(rng)).collect()
}

fn body(rng: &mut Rng, shape: &Shape, types: &mut Types, this: usize) -> Function {
    let params = &shape.functions[this].signature.params;
    let mut slots: Vec<_> = params.iter().map(|ty| Slot::of(*ty)).collect();
    slots.extend(locals(rng));
    let mut body = Body {
        budget: rng.i32(10..150),
        rng,
        shape,
        types,
        this,
        locals: slots,
        kept: Vec::new(),
        read: None,
        code: Vec::new(),
        stack: Vec::new(),
        frames: Vec::new(),
    };
    body.fill();
    let own = body.locals[params.len()..].iter().map(|slot| slot.ty);
    let mut function = Function::new_with_locals_types(own);
    for instruction in &body.code {
        function.instruction(instruction);
    }
    function
}

fn initial(global: Global) -> ConstExpr {
    match global.ty {
        ValType::I32 => ConstExpr::i32_const(global.bits as u32 as i32),
        ValType::I64 => ConstExpr::i64_const(global.bits.cast_signed()),
        ValType::F32 => ConstExpr::f32_const(Ieee32::from(global.bits as u32 as f32)),
        ValType::F64 => ConstExpr::f64_const(Ieee64::from(global.bits as u32 as f64)),
        ValType::V128 => ConstExpr::v128_const(global.bits.into()),
        ValType::Ref(reference) => ConstExpr::ref_null(reference.heap_type),
    }
}

/// The type of a memory.
fn memory_type(memory: &super::shape::Memory) -> MemoryType {
    MemoryType {
        minimum: memory.minimum,
        maximum: Some(memory.maximum),
        memory64: memory.wide,
        shared: false,
        page_size_log2: None,
    }
}

fn table_type(element_type: RefType, minimum: u64) -> TableType {
    TableType { element_type, table64: false, minimum, maximum: Some(20), shared: false }
}

fn imports(shape: &Shape, types: &mut Types) -> ImportSection {
    let mut imports = ImportSection::new();
    for function in &shape.functions {
        if let Some((module, name)) = &function.import {
            let ty = EntityType::Function(types.index(&function.signature));
            imports.import(module, name, ty);
        }
    }
    for memory in shape.memories.iter().filter(|memory| memory.imported) {
        let name = format!("memory {} {} {}", memory.minimum, memory.maximum, memory.wide);
        imports.import("host", &name, memory_type(memory));
    }
    imports
}

fn exports(shape: &Shape) -> ExportSection {
    let mut exports = ExportSection::new();
    for n in shape.imported()..shape.functions.len() {
        exports.export(&format!("f{n}"), ExportKind::Func, n as u32);
    }
    for n in 0..shape.memories.len() {
        exports.export(&format!("memory{n}"), ExportKind::Memory, n as u32);
    }
    exports.export("tick", ExportKind::Global, shape.tick);
    for n in 1..shape.globals.len() {
        exports.export(&format!("g{n}"), ExportKind::Global, n as u32);
    }
    exports.export("table", ExportKind::Table, 0);
    exports.export("extra", ExportKind::Table, 1);
    exports
}

/// A module, which may use what an instance exports.
pub(super) fn module(rng: &mut Rng, offered: &[(String, Signature)], tail_calls: bool) -> Vec<u8> {
    let shape = Shape::any(rng, offered, tail_calls);
    let mut types = Types::default();
    let imports = imports(&shape, &mut types);
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    for this in shape.imported()..shape.functions.len() {
        functions.function(types.index(&shape.functions[this].signature));
        code.function(&body(rng, &shape, &mut types, this));
    }
    let mut tables = TableSection::new();
    tables.table(table_type(RefType::FUNCREF, shape.table.len() as u64));
    tables.table(table_type(RefType::EXTERNREF, 3));
    let mut memories = MemorySection::new();
    for memory in shape.memories.iter().filter(|memory| !memory.imported) {
        memories.memory(memory_type(memory));
    }
    let mut globals = GlobalSection::new();
    for global in &shape.globals {
        let ty = GlobalType { val_type: global.ty, mutable: global.mutable, shared: false };
        globals.global(ty, &initial(*global));
    }
    let mut elements = ElementSection::new();
    let filled = shape.table.iter().map(|element| match element {
        Some(function) => ConstExpr::ref_func(*function),
        None => ConstExpr::ref_null(HeapType::FUNC),
    });
    let filled: Vec<_> = filled.collect();
    let zero = ConstExpr::i32_const(0);
    elements.active(None, &zero, Elements::Expressions(RefType::FUNCREF, filled.into()));
    let all: Vec<_> = (0..shape.functions.len() as u32).collect();
    elements.declared(Elements::Functions(all.into()));
    let mut data = DataSection::new();
    data.passive((0..200).map(|_| rng.u8(..)));
    if !shape.memories[0].wide {
        data.active(0, &ConstExpr::i32_const(rng.i32(0..1000)), 0..100);
    }
    let mut section = TypeSection::new();
    for signature in types.all() {
        let (params, results) = (signature.params.clone(), signature.results.clone());
        section.ty().function(params, results);
    }
    let count = DataCountSection { count: data.len() };
    let mut module = Module::new();
    module.section(&section).section(&imports).section(&functions).section(&tables);
    module.section(&memories).section(&globals).section(&exports(&shape)).section(&elements);
    module.section(&count).section(&code).section(&data);
    module.finish()
}
