//! What a module has, but for the bodies of its functions.

use fastrand::Rng;
use wasm_encoder::ValType;

/// A type of a function or of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Signature {
    pub(super) params: Vec<ValType>,
    pub(super) results: Vec<ValType>,
}

/// The type section, which grows while bodies are made.
#[derive(Debug, Default)]
pub(super) struct Types(Vec<Signature>);

impl Types {
    /// The index of a type.
    pub(super) fn index(&mut self, signature: &Signature) -> u32 {
        let found = self.0.iter().position(|known| known == signature);
        let index = found.unwrap_or_else(|| {
            self.0.push(signature.clone());
            self.0.len() - 1
        });
        index as u32
    }

    pub(super) fn all(&self) -> &[Signature] {
        &self.0
    }
}

/// A function that may be called.
#[derive(Debug, Clone)]
pub(super) struct Function {
    pub(super) signature: Signature,
    /// Where it is imported from.
    pub(super) import: Option<(String, String)>,
}

/// A memory.
#[derive(Debug, Clone, Copy)]
pub(super) struct Memory {
    pub(super) imported: bool,
    pub(super) minimum: u64,
    pub(super) maximum: u64,
    pub(super) wide: bool,
}

/// A global.
#[derive(Debug, Clone, Copy)]
pub(super) struct Global {
    pub(super) ty: ValType,
    pub(super) mutable: bool,
    pub(super) bits: u64,
}

/// A module without bodies.
#[derive(Debug)]
pub(super) struct Shape {
    /// Imported ones first.
    pub(super) functions: Vec<Function>,
    /// The first function that the table holds, and all behind it.
    pub(super) first_leaf: usize,
    pub(super) memories: Vec<Memory>,
    pub(super) globals: Vec<Global>,
    /// The global that is counted down.
    pub(super) tick: u32,
    /// What the table holds, by element: a function or null.
    pub(super) table: Vec<Option<u32>>,
    pub(super) tail_calls: bool,
}

/// Types of values; integers are the most.
pub(super) fn value_type(rng: &mut Rng) -> ValType {
    if cfg!(feature = "simd") && rng.u8(..8) == 0 {
        return ValType::V128;
    }
    match rng.u8(..40) {
        0..16 => ValType::I32,
        16..25 => ValType::I64,
        25..32 => ValType::F32,
        32..38 => ValType::F64,
        38 => ValType::FUNCREF,
        _ => ValType::EXTERNREF,
    }
}

/// A few types of values.
pub(super) fn value_types(rng: &mut Rng, most: usize) -> Vec<ValType> {
    (0..rng.usize(..=most)).map(|_| value_type(rng)).collect()
}

pub(super) fn signature(rng: &mut Rng) -> Signature {
    Signature { params: value_types(rng, 4), results: value_types(rng, 3) }
}

impl Shape {
    /// A shape, which may use the functions that an instance exports.
    pub(super) fn any(rng: &mut Rng, offered: &[(String, Signature)], tail_calls: bool) -> Self {
        let common: Vec<_> = std::iter::once(Signature { params: vec![], results: vec![] })
            .chain((0..rng.usize(2..6)).map(|_| signature(rng)))
            .collect();
        let mut functions = Vec::new();
        for n in 0..rng.usize(1..4) {
            let signature = host_signature(rng, &common);
            // Two modules may mean different types.
            let name = format!("{n} {:?} -> {:?}", signature.params, signature.results);
            let import = Some(("host".to_owned(), name));
            functions.push(Function { signature, import });
        }
        for (name, signature) in offered {
            let import = Some(("m0".to_owned(), name.clone()));
            functions.push(Function { signature: signature.clone(), import });
        }
        let imported = functions.len();
        let own = rng.usize(3..9);
        for _ in 0..own {
            let signature = match rng.u8(..6) {
                0 => common[0].clone(),
                1 | 2 => signature(rng),
                _ => common[rng.usize(..common.len())].clone(),
            };
            functions.push(Function { signature, import: None });
        }
        let first_leaf = imported + own - rng.usize(1..3);
        let memories = (0..rng.usize(1..4)).map(|n| memory(rng, n == 0)).collect();
        let mut globals = vec![Global { ty: ValType::I32, mutable: true, bits: 20 }];
        for _ in 0..rng.usize(1..6) {
            let ty = value_type(rng);
            globals.push(Global { ty, mutable: rng.u8(..4) > 0, bits: rng.u64(..100) });
        }
        let table =
            (0..rng.usize(2..9)).map(|_| element(rng, imported, first_leaf, functions.len()));
        let table = table.collect();
        Self { functions, first_leaf, memories, globals, tick: 0, table, tail_calls }
    }

    /// How many functions are imported.
    pub(super) fn imported(&self) -> usize {
        self.functions.iter().filter(|function| function.import.is_some()).count()
    }
}

/// The types that the runtime enters otherwise, or any.
fn host_signature(rng: &mut Rng, common: &[Signature]) -> Signature {
    use ValType::{F32, I32, I64};
    match rng.u8(..6) {
        0 | 1 => Signature { params: vec![], results: vec![] },
        2 => Signature { params: vec![I32], results: vec![I32] },
        3 => Signature { params: vec![I64, F32], results: vec![F32, I64] },
        _ => common[rng.usize(..common.len())].clone(),
    }
}

fn memory(rng: &mut Rng, first: bool) -> Memory {
    let minimum = rng.u64(1..3);
    let wide = cfg!(feature = "memory64") && rng.u8(..3) == 0;
    Memory { imported: first && rng.u8(..4) == 0, minimum, maximum: minimum + rng.u64(..2), wide }
}

fn element(rng: &mut Rng, imported: usize, first_leaf: usize, end: usize) -> Option<u32> {
    match rng.u8(..8) {
        0 => None,
        1..4 => Some(rng.usize(..imported) as u32),
        _ => Some(rng.usize(first_leaf..end) as u32),
    }
}
