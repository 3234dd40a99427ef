//! What the code of functions depends on in the rest of the module.

use super::super::{reader::Reader, section::Sections, suspect::unsigned};
use super::{checkpoints::Checkpoints, value::Value, work::Work};
use wasmparser::{Import, TypeRef, ValType};

/// How many globals are remembered.
const GLOBALS: usize = 128;
/// Set where the value of a global is not known when code is translated.
const OPEN: u8 = 1 << 7;

/// The types of a function's or a block's values, in the module's bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Signature<'m> {
    pub(super) parameters: &'m [u8],
    pub(super) results: &'m [u8],
}

/// Reads the type of a function at the start of some bytes.
fn function_type(bytes: &[u8]) -> Option<(Signature<'_>, &[u8])> {
    const FUNCTION: u8 = 0x60;
    let (&FUNCTION, bytes) = bytes.split_first()? else { return None };
    let (parameters, bytes) = values(bytes)?;
    let (results, bytes) = values(bytes)?;
    Some((Signature { parameters, results }, bytes))
}

/// Types have one byte each: those that have more are of proposals without support.
fn values(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (count, bytes) = unsigned(bytes)?;
    bytes.split_at_checked(usize::try_from(count).ok()?)
}

/// What is known of a module outside of its code.
pub(super) struct Facts<'m> {
    pub(super) module: &'m [u8],
    pub(super) types: Checkpoints,
    /// The imports of functions.
    pub(super) imported: Checkpoints,
    /// The functions that the module defines.
    pub(super) functions: Checkpoints,
    globals: [u8; GLOBALS],
    global_count: usize,
    /// The most parameters or results that any type has.
    pub(super) most_values: u32,
    pub(super) work: Work,
}

/// A global, as code that reads it is translated.
pub(super) struct Global {
    pub(super) ty: Value,
    /// Whether it may be replaced by its value.
    pub(super) is_constant: bool,
}

impl<'m> Facts<'m> {
    pub(super) fn new(module: &'m [u8], sections: &Sections) -> Self {
        Self {
            module,
            types: Checkpoints::new(0),
            imported: Checkpoints::new(0),
            functions: Checkpoints::new(0),
            globals: [OPEN; GLOBALS],
            global_count: 0,
            most_values: 1,
            work: Work::of(module, sections),
        }
    }

    /// Adds the type at that byte, and returns it and where the next one is.
    pub(super) fn push_type(&mut self, at: usize) -> Option<(Signature<'m>, usize)> {
        self.types.push(at);
        let (signature, rest) = function_type(self.module.get(at..)?)?;
        let most = signature.parameters.len().max(signature.results.len());
        self.most_values = self.most_values.max(u32::try_from(most).unwrap_or(u32::MAX));
        Some((signature, self.module.len() - rest.len()))
    }

    pub(super) fn push_global(&mut self, ty: ValType, is_constant: bool) {
        if let Some(global) = self.globals.get_mut(self.global_count) {
            *global = type_byte(ty) | if is_constant { 0 } else { OPEN };
        }
        self.global_count = self.global_count.saturating_add(1);
    }

    pub(super) fn global(&self, index: u32) -> Global {
        let found = usize::try_from(index).ok().and_then(|index| self.globals.get(index));
        match found {
            Some(byte) => Global { ty: Value::of(byte & !OPEN), is_constant: byte & OPEN == 0 },
            None => Global { ty: Value::Unknown, is_constant: true },
        }
    }

    /// The function type of that index.
    pub(super) fn signature(&mut self, index: u32) -> Option<Signature<'m>> {
        let (at, between) = self.types.before(index)?;
        self.work.take(between as usize + 1)?;
        let mut bytes = self.module.get(at..)?;
        for _ in 0..between {
            bytes = function_type(bytes)?.1;
        }
        Some(function_type(bytes)?.0)
    }

    /// The type of the function of that index.
    pub(super) fn type_of(&mut self, function: u32) -> Option<Signature<'m>> {
        let ty = match function.checked_sub(self.imported.count()) {
            None => self.imported_type(function),
            Some(defined) => self.defined_type(defined),
        };
        self.signature(ty?)
    }

    /// The index of the type of a function that the module defines.
    pub(super) fn defined_type(&mut self, function: u32) -> Option<u32> {
        let (at, between) = self.functions.before(function)?;
        self.work.take(between as usize + 1)?;
        let mut bytes = self.module.get(at..)?;
        for _ in 0..between {
            bytes = unsigned(bytes)?.1;
        }
        Some(unsigned(bytes)?.0)
    }

    fn imported_type(&mut self, function: u32) -> Option<u32> {
        let (at, mut between) = self.imported.before(function)?;
        let mut reader = Reader::new(self.module, at..self.module.len());
        loop {
            let start = reader.position();
            let import = reader.item::<Import<'_>>().ok()?;
            self.work.take(reader.position() - start)?;
            if let TypeRef::Func(ty) = import.ty {
                match between.checked_sub(1) {
                    Some(less) => between = less,
                    None => return Some(ty),
                }
            }
        }
    }
}

/// The byte that says a type.
fn type_byte(ty: ValType) -> u8 {
    match ty {
        ValType::I32 => 0x7f,
        ValType::I64 => 0x7e,
        ValType::F32 => 0x7d,
        ValType::F64 => 0x7c,
        ValType::V128 => 0x7b,
        ValType::Ref(_) => 0x70,
    }
}
