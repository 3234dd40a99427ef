//! Modules with very many of one thing.

use fastrand::Rng;
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements,
    EntityType, ExportKind, ExportSection, Function, FunctionSection, GlobalSection, GlobalType,
    ImportSection, InstructionSink, MemArg, MemArgTarget, MemorySection, MemoryType, Module,
    RefType, TableSection, TableType, TypeSection, ValType,
};

const TYPES: [ValType; 6] =
    [ValType::I32, ValType::I64, ValType::F32, ValType::F64, ValType::FUNCREF, ValType::EXTERNREF];

fn number(rng: &mut Rng) -> ValType {
    TYPES[rng.usize(..4)]
}

fn any(rng: &mut Rng) -> ValType {
    TYPES[rng.usize(..6)]
}

/// How many there are: mostly few, sometimes thousands.
fn many(rng: &mut Rng) -> usize {
    let most = [4, 20, 100, 500, 2000, 6000][rng.usize(..6)];
    rng.usize(1..=most)
}

fn name(rng: &mut Rng, nth: usize) -> String {
    let length = if rng.u8(..8) == 0 { rng.usize(..200) } else { rng.usize(..12) };
    let mut name = format!("{nth}");
    name.extend((0..length).map(|_| rng.alphanumeric()));
    name
}

/// Of an access to the first memory.
fn at(offset: u64) -> MemArg {
    MemArg { offset, align: 0, target: MemArgTarget::Memory(0), ordering: None }
}

/// The sections of a module.
#[derive(Default)]
struct Parts {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    tables: TableSection,
    memories: MemorySection,
    globals: GlobalSection,
    exports: ExportSection,
    elements: ElementSection,
    data_count: Option<DataCountSection>,
    code: CodeSection,
    data: DataSection,
}

impl Parts {
    fn function(&mut self, params: Vec<ValType>, results: Vec<ValType>, body: Function) {
        let ty = self.types.len();
        self.types.ty().function(params, results);
        self.functions.function(ty);
        self.code.function(&body);
    }

    fn memory(&mut self) {
        let ty = MemoryType {
            minimum: 1,
            maximum: Some(1),
            memory64: false,
            shared: false,
            page_size_log2: None,
        };
        self.memories.memory(ty);
    }

    fn encode(self) -> Vec<u8> {
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

fn push_default(code: &mut InstructionSink<'_>, ty: ValType) {
    match ty {
        ValType::I32 => code.i32_const(7),
        ValType::I64 => code.i64_const(1 << 40),
        ValType::F32 => code.f32_const(1.5.into()),
        ValType::F64 => code.f64_const(2.5.into()),
        ValType::FUNCREF => code.ref_null(wasm_encoder::HeapType::FUNC),
        _ => code.ref_null(wasm_encoder::HeapType::EXTERN),
    };
}

fn constant(rng: &mut Rng, ty: ValType) -> ConstExpr {
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

fn simple(body: impl FnOnce(&mut InstructionSink<'_>)) -> Function {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    body(&mut code);
    code.end();
    function
}

fn types(rng: &mut Rng, parts: &mut Parts, most: usize) {
    let values = [0, 3, 20, 200][rng.usize(..4)];
    for _ in 0..most {
        let params: Vec<_> = (0..rng.usize(..=values)).map(|_| any(rng)).collect();
        let results: Vec<_> = (0..rng.usize(..=values.min(4))).map(|_| any(rng)).collect();
        parts.types.ty().function(params, results);
    }
}

fn exports(rng: &mut Rng, parts: &mut Parts, count: usize) {
    let functions = rng.usize(1..=count.min(50));
    for _ in 0..functions {
        parts.function(vec![], vec![], simple(|_| {}));
    }
    for nth in 0..count {
        let name = name(rng, nth);
        parts.exports.export(&name, ExportKind::Func, rng.u32(..functions as u32));
    }
}

fn imports(rng: &mut Rng, parts: &mut Parts, count: usize) {
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

fn globals(rng: &mut Rng, parts: &mut Parts, count: usize) {
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

fn table(parts: &mut Parts, minimum: u64) {
    parts.tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum,
        maximum: None,
        shared: false,
    });
}

fn elements(rng: &mut Rng, parts: &mut Parts, count: usize) {
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

fn constant_zero(rng: &mut Rng) -> ConstExpr {
    let mut value = ConstExpr::i32_const(0);
    for _ in 0..if rng.u8(..4) == 0 { rng.usize(..5) } else { 0 } {
        value = value.with_i32_const(0).with_i32_add();
    }
    value
}

fn tables(rng: &mut Rng, parts: &mut Parts, count: usize) {
    for _ in 0..count.min(99) {
        table(parts, rng.u64(..200));
    }
    if rng.bool() {
        table(parts, rng.u64(..50_000));
    }
}

fn data(rng: &mut Rng, parts: &mut Parts, count: usize) {
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

fn nested(rng: &mut Rng, parts: &mut Parts, count: usize) {
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

fn branch_tables(rng: &mut Rng, parts: &mut Parts, count: usize) {
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

fn locals(rng: &mut Rng, parts: &mut Parts, count: usize) {
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

fn parameters(rng: &mut Rng, parts: &mut Parts, count: usize) {
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
fn carried(rng: &mut Rng, parts: &mut Parts, count: usize) {
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
fn operands(rng: &mut Rng, parts: &mut Parts, count: usize) {
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

fn tiny(rng: &mut Rng, parts: &mut Parts, count: usize) {
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
fn straight(rng: &mut Rng, parts: &mut Parts, count: usize) {
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

type Shape = fn(&mut Rng, &mut Parts, usize);

const SHAPES: [(&str, Shape); 16] = [
    ("types", types),
    ("exports", exports),
    ("imports", imports),
    ("globals", globals),
    ("elements", elements),
    ("tables", tables),
    ("data", data),
    ("nested", nested),
    ("branch tables", branch_tables),
    ("locals", locals),
    ("parameters", parameters),
    ("carried", carried),
    ("operands", operands),
    ("tiny functions", tiny),
    ("straight", straight),
    ("many straight", |rng, parts, count| {
        for _ in 0..rng.usize(1..20) {
            straight(rng, parts, 1 + count / 10);
        }
    }),
];

/// A module with very many of one thing, and what that is.
pub(super) fn module(rng: &mut Rng) -> (&'static str, Vec<u8>) {
    let (name, shape) = SHAPES[rng.usize(..SHAPES.len())];
    let mut parts = Parts::default();
    let count = many(rng);
    shape(rng, &mut parts, count);
    (name, parts.encode())
}
