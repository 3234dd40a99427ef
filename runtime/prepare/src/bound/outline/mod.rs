//! Adding up what the interpreter takes for a module outside of its code, section by section.

mod definitions;
mod elements;
mod exports;
mod expression;
mod finish;
mod imports;
mod types;

use super::super::{
    error::PrepareError,
    section::{ELEMENT, EXPORT, FUNCTION, GLOBAL, IMPORT, MEMORY, Sections, TABLE, TYPE},
};
use super::{Bound, bytes::Bytes, facts::Facts, sum::Sum};

/// Bytes of the interpreter's type of a function, of a table, of a memory and of a global.
const FUNCTION_TYPE: usize = 8;
const TABLE_TYPE: usize = 32;
const MEMORY_TYPE: usize = 32;
const GLOBAL_TYPE: usize = 2;
/// Bytes of an expression.
const EXPRESSION: usize = 16;

/// How many there are of each kind.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Count {
    pub(super) functions: usize,
    pub(super) tables: usize,
    pub(super) memories: usize,
    pub(super) globals: usize,
}

/// What is in a module, and what it takes.
#[derive(Debug, Default)]
pub(super) struct Outline {
    pub(super) sum: Sum,
    /// What the interpreter keeps of the module.
    pub(super) module: Bytes,
    /// What lives while the module is being parsed, and is exchanged for something smaller then.
    builder: Bytes,
    pub(super) imported: Count,
    pub(super) defined: Count,
    /// What there was before the engine keeps the types.
    pub(super) before: Sum,
    pub(super) types: usize,
    /// Bytes of the section of types.
    pub(super) type_bytes: usize,
    /// Parameters and results of all imported functions.
    pub(super) imported_values: Bytes,
    /// Those of the function that has most.
    pub(super) most_imported_values: usize,
    pub(super) imports: usize,
    pub(super) exports: usize,
    /// All of them, unless they are sorted by name.
    pub(super) unsorted_exports: usize,
    pub(super) export_names: Bytes,
    pub(super) segments: usize,
    /// Items of element segments that can be used.
    pub(super) items: Bytes,
    pub(super) tables: Bytes,
    /// Elements of those tables that are imported.
    pub(super) imported_tables: Bytes,
}

/// What the pass has made of the module, data and memories apart, and holes that are too small for anything.
pub(super) fn prepared() -> Bytes {
    const HOLES: Bytes = Bytes { asked: 0, placed: 192, largest: 0 };
    Bytes::block(Bound::PREPARED).and(HOLES)
}

impl Outline {
    /// Reads all sections before the code. An invalid module is read up to its fault.
    pub(super) fn read(facts: &mut Facts<'_>, sections: &Sections) -> Self {
        let mut outline = Self::default();
        outline.sum.add(prepared());
        // Who compiles the module finds the fault.
        let _ = outline.sections(facts, sections);
        outline.finish();
        outline
    }

    fn sections(&mut self, facts: &mut Facts<'_>, sections: &Sections) -> Result<(), PrepareError> {
        let module = facts.module;
        self.type_bytes = sections.get(TYPE).map_or(0, |section| section.content().len());
        self.types(facts, sections.reader(module, TYPE))?;
        self.imports(facts, sections.reader(module, IMPORT))?;
        self.functions(facts, sections.reader(module, FUNCTION))?;
        self.tables(module, sections.reader(module, TABLE))?;
        self.defined.memories = sections.reader(module, MEMORY).var_u32()? as usize;
        if self.defined.memories > 0 {
            let memories = Bytes::array(4, 32);
            self.sum.add(memories);
            self.builder = self.builder.and(memories);
        }
        self.globals(facts, sections.reader(module, GLOBAL))?;
        self.exports(sections.reader(module, EXPORT))?;
        self.elements(module, sections.reader(module, ELEMENT))
    }

    /// From here on the engine keeps the types of the module, which takes what depends on the engine: it is
    /// added in the end.
    fn registered(&mut self) {
        self.before = self.sum;
        self.sum.peak = self.sum.kept.or(Bytes { asked: 0, placed: 0, ..self.sum.peak });
    }

    /// What is kept.
    fn keep(&mut self, bytes: Bytes) {
        self.sum.add(bytes);
        self.module = self.module.and(bytes);
    }

    /// Everything that is imported or defined.
    pub(super) fn all(&self) -> Count {
        let Self { imported, defined, .. } = self;
        Count {
            functions: imported.functions.saturating_add(defined.functions),
            tables: imported.tables.saturating_add(defined.tables),
            memories: imported.memories.saturating_add(defined.memories),
            globals: imported.globals.saturating_add(defined.globals),
        }
    }
}
