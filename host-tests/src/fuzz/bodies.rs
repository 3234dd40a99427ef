//! Modules that have some of everything, and functions of any instructions: most are invalid, and many nearly
//! valid.

use fastrand::Rng;
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements, ExportKind,
    ExportSection, Function, FunctionSection, GlobalSection, GlobalType, MemorySection, MemoryType,
    Module, RefType, TableSection, TableType, TypeSection, ValType,
};

/// The types of values, as they are encoded, and one that is none.
const TYPES: [u8; 8] = [0x7f, 0x7e, 0x7d, 0x7c, 0x70, 0x6f, 0x40, 0x7b];
const VALUES: [ValType; 6] =
    [ValType::I32, ValType::I64, ValType::F32, ValType::F64, ValType::FUNCREF, ValType::EXTERNREF];

/// Appends an instruction.
pub(crate) fn instruction(rng: &mut Rng, body: &mut Vec<u8>) {
    let opcode = match rng.u8(..16) {
        0 => rng.u8(0x02..=0x05),
        1 => 0x0b,
        2 => rng.u8(0x0c..=0x13),
        3 => rng.u8(0x1a..=0x1c),
        4..7 => rng.u8(0x20..=0x26),
        7 => rng.u8(0x28..=0x40),
        8..10 => rng.u8(0x41..=0x44),
        10 => rng.u8(0xd0..=0xd2),
        11 => 0xfc,
        12 => [0xfe, 0xfd, rng.u8(..)][rng.usize(..3)],
        _ => rng.u8(0x45..=0xc4),
    };
    body.push(opcode);
    let index = |rng: &mut Rng| rng.u8(..9);
    let argument = |rng: &mut Rng, body: &mut Vec<u8>| match rng.u8(..5) {
        0 => body.extend([0x40 | rng.u8(..4), rng.u8(..3), rng.u8(..0x80)]),
        _ => body.extend([rng.u8(..4), rng.u8(..0x80)]),
    };
    match opcode {
        0x02..=0x04 => match rng.bool() {
            true => body.push(TYPES[rng.usize(..TYPES.len())]),
            false => body.push(index(rng)),
        },
        0x0c | 0x0d | 0x10 | 0x12 | 0x20..=0x26 | 0x3f | 0x40 | 0xd2 => body.push(index(rng)),
        0x0e => {
            let count = rng.u8(..4);
            body.push(count);
            body.extend((0..=count).map(|_| rng.u8(..4)));
        }
        0x11 | 0x13 => body.extend([index(rng), rng.u8(..3)]),
        0x1c => body.extend([1, TYPES[rng.usize(..TYPES.len())]]),
        0x28..=0x3e => argument(rng, body),
        0x41 | 0x42 => body.push(rng.u8(..0x80)),
        0x43 => body.extend([rng.u8(..), 0, 0, 0]),
        0x44 => body.extend([rng.u8(..), 0, 0, 0, 0, 0, 0, 0]),
        0xd0 => body.push([0x70, 0x6f, 0x70, 0][rng.usize(..4)]),
        0xfc => {
            body.push(rng.u8(..19));
            body.extend([rng.u8(..3), rng.u8(..3)]);
            body.truncate(body.len() - rng.usize(..3));
        }
        0xfe => {
            body.push(rng.u8(..0x50));
            argument(rng, body);
        }
        0xfd => {
            let code = rng.u16(..0x118);
            body.extend([code as u8 | 0x80, (code >> 7) as u8]);
            if code < 0x0d || (0x54..0x5e).contains(&code) {
                argument(rng, body);
            }
            if (0x15..0x23).contains(&code) || (0x54..0x5c).contains(&code) {
                body.push(rng.u8(..17));
            }
        }
        _ => {}
    }
}

/// A function of any instructions.
fn body(rng: &mut Rng) -> Vec<u8> {
    // Two local variables of each type.
    let mut body = vec![6];
    body.extend(TYPES[..6].iter().flat_map(|ty| [2, *ty]));
    for _ in 0..rng.usize(..14) {
        instruction(rng, &mut body);
    }
    if rng.u8(..8) > 0 {
        body.push(0);
    }
    body.push(0x0b);
    body
}

/// A module with some of everything and these bodies, which are of no parameters and this result.
pub(crate) fn module(result: Option<ValType>, bodies: &[Vec<u8>]) -> Vec<u8> {
    let mut types = TypeSection::new();
    let all: [(&[ValType], &[ValType]); 8] = [
        (&[], &[]),
        (&[ValType::I32], &[ValType::I32]),
        (&[ValType::I64, ValType::F32], &[]),
        (&[], &[ValType::F64, ValType::I32]),
        (&[ValType::I32, ValType::I64], &[ValType::I64, ValType::I32]),
        (&[ValType::FUNCREF], &[ValType::EXTERNREF]),
        (&[], &[ValType::F32]),
        (&[ValType::EXTERNREF], &[ValType::FUNCREF]),
    ];
    for (parameters, results) in all {
        types.ty().function(parameters.iter().copied(), results.iter().copied());
    }
    types.ty().function([], result);
    let mut functions = FunctionSection::new();
    for ty in (0..7).chain(bodies.iter().map(|_| 8)) {
        functions.function(ty);
    }
    let mut tables = TableSection::new();
    for element_type in [RefType::FUNCREF, RefType::EXTERNREF] {
        let ty =
            TableType { element_type, table64: false, minimum: 3, maximum: None, shared: false };
        tables.table(ty);
    }
    let mut memories = MemorySection::new();
    for page_size_log2 in [None, Some(0)] {
        let ty = MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2,
        };
        memories.memory(ty);
    }
    let mut globals = GlobalSection::new();
    for mutable in [false, true] {
        let of = |val_type| GlobalType { val_type, mutable, shared: false };
        globals.global(of(ValType::I32), &ConstExpr::i32_const(1));
        globals.global(of(ValType::F64), &ConstExpr::f64_const(1.0.into()));
        globals.global(of(ValType::FUNCREF), &ConstExpr::ref_null(wasm_encoder::HeapType::FUNC));
    }
    let mut exports = ExportSection::new();
    exports.export("one", ExportKind::Func, 1);
    let mut elements = ElementSection::new();
    elements.passive(Elements::Functions([2, 3][..].into()));
    elements.declared(Elements::Expressions(RefType::EXTERNREF, [][..].into()));
    let mut code = CodeSection::new();
    for _ in 0..7 {
        let mut function = Function::new([]);
        function.instruction(&wasm_encoder::Instruction::Unreachable);
        function.instruction(&wasm_encoder::Instruction::End);
        code.function(&function);
    }
    for body in bodies {
        code.raw(body);
    }
    let mut data = DataSection::new();
    data.passive([1, 2]);
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&tables).section(&memories);
    module.section(&globals).section(&exports).section(&elements);
    module.section(&DataCountSection { count: 1 }).section(&code).section(&data);
    module.finish()
}

/// Such a module of one function.
pub(super) fn any(rng: &mut Rng) -> Vec<u8> {
    let result = rng.bool().then(|| VALUES[rng.usize(..VALUES.len())]);
    module(result, &[body(rng)])
}
