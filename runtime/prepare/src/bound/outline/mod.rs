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
use super::{Bound, bytes::Bytes, facts::Facts, growth::tree, sum::Sum};

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
    /// References to functions outside of code, and the tree that the validator has of them.
    references: usize,
    reference_tree: Bytes,
}

impl Outline {
    /// Reads all sections before the code. An invalid module is read up to its fault.
    pub(super) fn read(facts: &mut Facts<'_>, sections: &Sections) -> Self {
        /// What the pass has made of the module, data and memories apart; the validator's list of
        /// types, and what it begins with.
        const START: [usize; 3] = [Bound::PREPARED, 40, 184];
        let mut outline = Self::default();
        for block in START {
            outline.sum.add(Bytes::block(block));
        }
        outline.sum.moment(Bytes::blocks(4, 24));
        // Who compiles the module finds the fault.
        let _ = outline.sections(facts, sections);
        outline.finish();
        outline
    }

    fn sections(&mut self, facts: &mut Facts<'_>, sections: &Sections) -> Result<(), PrepareError> {
        let module = facts.module;
        self.types(facts, sections.reader(module, TYPE))?;
        self.imports(facts, sections.reader(module, IMPORT))?;
        self.functions(facts, sections.reader(module, FUNCTION))?;
        self.tables(module, sections.reader(module, TABLE))?;
        self.defined.memories = sections.reader(module, MEMORY).var_u32()? as usize;
        if self.defined.memories > 0 {
            self.parsed(Bytes::array(4, 40), Bytes::array(4, 32));
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

    /// More references have been found.
    fn referred(&mut self) {
        const NODE: usize = 52;
        let all = tree(self.references.min(self.all().functions), NODE);
        self.sum.add(all.without(self.reference_tree));
        self.reference_tree = all;
    }

    /// What the validator has of a section, and the builder of the module.
    fn parsed(&mut self, validator: Bytes, builder: Bytes) {
        self.sum.add(validator);
        self.sum.add(builder);
        self.builder = self.builder.and(builder);
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
