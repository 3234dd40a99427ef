//! Core dumps, as the tool conventions of WebAssembly have them.

use crate::symbols::Symbols;
use std::borrow::Cow;
use wasm_encoder::{
    ConstExpr, CoreDumpInstancesSection, CoreDumpModulesSection, CoreDumpSection,
    CoreDumpStackSection, DataSection, GlobalSection, GlobalType, Ieee32, Ieee64, MemorySection,
    MemoryType, Module, ValType,
};

/// What is left of a guest that failed: memories, globals and frames.
///
/// [Core dumps](https://github.com/WebAssembly/tool-conventions/blob/main/Coredump.md) are modules without
/// code, which debuggers of WebAssembly read.
///
/// ```
/// use vellum_instrument::{CoreDump, GlobalValue, Symbols};
///
/// let module = wat::parse_str("(module (func unreachable))").unwrap();
/// let at = u32::try_from(module.len()).unwrap() - 2;
/// let dump = CoreDump { globals: vec![GlobalValue::I32(7)], frames: vec![at], ..CoreDump::default() };
/// assert!(dump.encode("a.wasm", &Symbols::of(&module)?).starts_with(b"\0asm"));
/// # Ok::<(), vellum_instrument::InstrumentError>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CoreDump {
    /// All memories, by their indices.
    pub memories: Vec<MemoryImage>,
    /// All globals, by their indices.
    pub globals: Vec<GlobalValue>,
    /// Offsets of the instructions in the module that the functions execute, innermost first.
    pub frames: Vec<u32>,
}

/// The bytes of a memory.
///
/// ```
/// use vellum_instrument::MemoryImage;
///
/// let memory = MemoryImage { pages: 1, page_size_log2: 16, pieces: vec![(16, b"data".to_vec())] };
/// assert_eq!(memory.pieces[0].0, 16);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MemoryImage {
    /// How many pages it has.
    pub pages: u64,
    /// The binary logarithm of the bytes of a page.
    pub page_size_log2: u32,
    /// Bytes and where they are. All others are 0.
    pub pieces: Vec<(u32, Vec<u8>)>,
}

/// The value of a global. Floats are their bits.
///
/// ```
/// use vellum_instrument::GlobalValue;
///
/// assert_ne!(GlobalValue::I32(0), GlobalValue::F32(0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GlobalValue {
    /// A 32-bit integer.
    I32(u32),
    /// A 64-bit integer.
    I64(u64),
    /// The bits of a 32-bit float.
    F32(u32),
    /// The bits of a 64-bit float.
    F64(u64),
    /// A reference or a vector, which a dump does not hold: it has an `i32` of 0.
    Other,
}

impl GlobalValue {
    fn encode(self) -> (ValType, ConstExpr) {
        match self {
            Self::I32(value) => (ValType::I32, ConstExpr::i32_const(value.cast_signed())),
            Self::I64(value) => (ValType::I64, ConstExpr::i64_const(value.cast_signed())),
            Self::F32(bits) => (ValType::F32, ConstExpr::f32_const(Ieee32::new(bits))),
            Self::F64(bits) => (ValType::F64, ConstExpr::f64_const(Ieee64::new(bits))),
            Self::Other => (ValType::I32, ConstExpr::i32_const(0)),
        }
    }
}

impl CoreDump {
    /// The dump's bytes, of an instance of the module with this name and these symbols. A frame whose offset
    /// is in no function is left out.
    pub fn encode(&self, name: &str, symbols: &Symbols<'_>) -> Vec<u8> {
        let mut dump = Module::new();
        dump.section(&CoreDumpSection::new(name));
        let (mut memories, mut globals) = (MemorySection::new(), GlobalSection::new());
        let mut data = DataSection::new();
        for (index, memory) in (0..).zip(&self.memories) {
            let log2 = memory.page_size_log2;
            memories.memory(MemoryType {
                minimum: memory.pages,
                maximum: None,
                memory64: false,
                shared: false,
                page_size_log2: (log2 != 16).then_some(log2),
            });
            for (start, bytes) in &memory.pieces {
                let start = ConstExpr::i32_const(start.cast_signed());
                data.active(index, &start, bytes.iter().copied());
            }
        }
        for value in &self.globals {
            let (val_type, value) = value.encode();
            globals.global(GlobalType { val_type, mutable: true, shared: false }, &value);
        }
        dump.section(&memories).section(&globals).section(&data);
        dump.section(CoreDumpModulesSection::new().module(name));
        let (memories, globals) = (0..memories.len(), 0..globals.len());
        dump.section(CoreDumpInstancesSection::new().instance(0, memories, globals));
        let mut stack = CoreDumpStackSection::new(Cow::Borrowed("main"));
        for &at in &self.frames {
            if let Some((function, offset)) = symbols.in_function(at) {
                stack.frame(0, function, offset, [], []);
            }
        }
        dump.section(&stack);
        dump.finish()
    }
}
