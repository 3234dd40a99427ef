//! The sections of a module, and values of all types.

use fastrand::Rng;
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, ExportSection, Function,
    FunctionSection, GlobalSection, ImportSection, InstructionSink, MemArg, MemArgTarget,
    MemorySection, MemoryType, Module, TableSection, TypeSection, ValType,
};

pub(super) const TYPES: [ValType; 6] =
    [ValType::I32, ValType::I64, ValType::F32, ValType::F64, ValType::FUNCREF, ValType::EXTERNREF];

pub(super) fn number(rng: &mut Rng) -> ValType {
    TYPES[rng.usize(..4)]
}

pub(super) fn any(rng: &mut Rng) -> ValType {
    TYPES[rng.usize(..6)]
}

/// How many there are: mostly few, sometimes thousands.
pub(super) fn many(rng: &mut Rng) -> usize {
    let most = [4, 20, 100, 500, 2000, 6000][rng.usize(..6)];
    rng.usize(1..=most)
}

pub(super) fn name(rng: &mut Rng, nth: usize) -> String {
    let length = if rng.u8(..8) == 0 { rng.usize(..200) } else { rng.usize(..12) };
    let mut name = format!("{nth}");
    name.extend((0..length).map(|_| rng.alphanumeric()));
    name
}

/// Of an access to the first memory.
pub(super) fn at(offset: u64) -> MemArg {
    MemArg { offset, align: 0, target: MemArgTarget::Memory(0), ordering: None }
}

/// The sections of a module.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) types: TypeSection,
    pub(super) imports: ImportSection,
    pub(super) functions: FunctionSection,
    pub(super) tables: TableSection,
    pub(super) memories: MemorySection,
    pub(super) globals: GlobalSection,
    pub(super) exports: ExportSection,
    pub(super) elements: ElementSection,
    pub(super) data_count: Option<DataCountSection>,
    pub(super) code: CodeSection,
    pub(super) data: DataSection,
}

impl Parts {
    pub(super) fn function(&mut self, params: Vec<ValType>, results: Vec<ValType>, body: Function) {
        let ty = self.types.len();
        self.types.ty().function(params, results);
        self.functions.function(ty);
        self.code.function(&body);
    }

    pub(super) fn memory(&mut self) {
        let ty = MemoryType {
            minimum: 1,
            maximum: Some(1),
            memory64: false,
            shared: false,
            page_size_log2: None,
        };
        self.memories.memory(ty);
    }

    pub(super) fn encode(self) -> Vec<u8> {
        let mut module = Module::new();
        module
            .section(&self.types)
            .section(&self.imports)
            .section(&self.functions)
            .section(&self.tables)
            .section(&self.memories)
            .section(&self.globals)
            .section(&self.exports)
            .section(&self.elements);
        if let Some(count) = &self.data_count {
            module.section(count);
        }
        module.section(&self.code).section(&self.data);
        module.finish()
    }
}

pub(super) fn push_default(code: &mut InstructionSink<'_>, ty: ValType) {
    match ty {
        ValType::I32 => code.i32_const(7),
        ValType::I64 => code.i64_const(1 << 40),
        ValType::F32 => code.f32_const(1.5.into()),
        ValType::F64 => code.f64_const(2.5.into()),
        ValType::FUNCREF => code.ref_null(wasm_encoder::HeapType::FUNC),
        _ => code.ref_null(wasm_encoder::HeapType::EXTERN),
    };
}

pub(super) fn constant(rng: &mut Rng, ty: ValType) -> ConstExpr {
    match ty {
        ValType::I32 => {
            let mut value = ConstExpr::i32_const(rng.i32(..));
            for _ in 0..if rng.u8(..4) == 0 { rng.usize(..10) } else { 0 } {
                value = value.with_i32_const(rng.i32(..)).with_i32_add();
            }
            value
        }
        ValType::I64 => ConstExpr::i64_const(rng.i64(..)),
        ValType::F32 => ConstExpr::f32_const(rng.f32().into()),
        ValType::F64 => ConstExpr::f64_const(rng.f64().into()),
        ValType::FUNCREF => ConstExpr::ref_null(wasm_encoder::HeapType::FUNC),
        _ => ConstExpr::ref_null(wasm_encoder::HeapType::EXTERN),
    }
}

pub(super) fn simple(body: impl FnOnce(&mut InstructionSink<'_>)) -> Function {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    body(&mut code);
    code.end();
    function
}
