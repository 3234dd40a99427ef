//! Adding up what the interpreter takes for a module outside of its code, section by section.

use super::super::{
    error::PrepareError,
    items::{self, Part},
    reader::Reader,
    section::{ELEMENT, EXPORT, FUNCTION, GLOBAL, IMPORT, MEMORY, Sections, TABLE, TYPE},
};
use super::{
    facts::Facts,
    growth::{capacity, full_tree, tree},
    sum::Sum,
};
use core::ops::Range;
use wasmparser::{Export, ExternalKind, Import, TypeRef};

/// Bytes of the interpreter's type of a function, of a table, of a memory and of a global.
const FUNCTION_TYPE: usize = 8;
const TABLE_TYPE: usize = 32;
const MEMORY_TYPE: usize = 32;
const GLOBAL_TYPE: usize = 2;
/// Bytes of an expression.
const EXPRESSION: usize = 16;
/// Bytes of an import, of an element segment and of an item of one.
const IMPORT_SIZE: usize = 20;
const SEGMENT: usize = 40;

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
    pub(super) module: usize,
    /// What lives while the module is being parsed, and is exchanged for something smaller then.
    builder: usize,
    pub(super) imported: Count,
    pub(super) defined: Count,
    types: usize,
    /// Parameters and results of all imported functions.
    pub(super) imported_values: usize,
    pub(super) imports: usize,
    pub(super) exports: usize,
    pub(super) export_names: usize,
    pub(super) segments: usize,
    /// Items of element segments that can be used.
    pub(super) items: usize,
    pub(super) table_elements: u64,
    /// Elements of those tables that are imported.
    pub(super) imported_elements: u64,
    /// References to functions outside of code.
    references: usize,
}

impl Outline {
    /// Reads all sections before the code. An invalid module is read up to its fault.
    pub(super) fn read(&mut self, facts: &mut Facts<'_>, sections: &Sections) {
        /// The validator's list of types, and what it begins with.
        const START: usize = 40 + 184;
        self.sum.add(START);
        self.sum.moment(96);
        // Who compiles the module finds the fault.
        let _ = self.sections(facts, sections);
        self.finish();
    }

    fn sections(&mut self, facts: &mut Facts<'_>, sections: &Sections) -> Result<(), PrepareError> {
        let module = facts.module;
        self.types(facts, sections.reader(module, TYPE))?;
        self.imports(facts, sections.reader(module, IMPORT))?;
        self.functions(facts, sections.reader(module, FUNCTION))?;
        self.tables(module, sections.reader(module, TABLE))?;
        self.defined.memories = sections.reader(module, MEMORY).var_u32()? as usize;
        if self.defined.memories > 0 {
            self.parsed(40 * 4, 32 * 4);
        }
        self.globals(facts, sections.reader(module, GLOBAL))?;
        self.exports(sections.reader(module, EXPORT))?;
        self.elements(module, sections.reader(module, ELEMENT))
    }

    /// What is kept.
    fn keep(&mut self, bytes: usize) {
        self.sum.add(bytes);
        self.module = self.module.saturating_add(bytes);
    }

    /// Bytes of the validator, and of the builder of the module.
    fn parsed(&mut self, validator: usize, builder: usize) {
        self.sum.add(validator);
        self.sum.add(builder);
        self.builder = self.builder.saturating_add(builder);
    }

    fn types(&mut self, facts: &mut Facts<'_>, mut reader: Reader<'_>) -> Result<(), PrepareError> {
        /// Values for whose types the interpreter has room without an allocation.
        const INLINE: usize = 14;
        /// Types that are registered before.
        const REGISTERED: usize = 1;
        /// So many types fit in one node of a tree; with more, one that is split takes more bytes.
        const FEW: usize = 10;
        const SPLIT: usize = 320;
        let declared = reader.var_u32()?;
        facts.types = super::checkpoints::Checkpoints::new(declared);
        let (mut values, mut large, mut most) = (0usize, 0usize, 0);
        let mut at = reader.position();
        for _ in 0..declared {
            let Some((signature, next)) = facts.push_type(at) else { break };
            at = next;
            let count = signature.parameters.len() + signature.results.len();
            values = values.saturating_add(4 * count);
            most = most.max(count);
            if count > INLINE {
                large = large.saturating_add((8 + count + 3) & !3);
            }
            self.types += 1;
        }
        let count = self.types;
        if count == 0 {
            return Ok(());
        }
        // The validator's lists of types and of what it has seen.
        self.sum.items(count.max(4), 4);
        for size in [32, 4, 8, 8, 8] {
            self.sum.pushed(count, size);
        }
        self.sum.add(tree(count, 96));
        self.sum.add(values);
        self.sum.moment(capacity(most, 4).saturating_mul(6).saturating_add(6 * most));
        // The interpreter's.
        let before = self.sum.kept;
        self.sum.items(count, 8);
        // Its registry has room for the types of the engine's own module, and some more.
        let all = capacity(count + REGISTERED, 16);
        if all > capacity(REGISTERED, 16) {
            self.sum.moment(all.saturating_mul(24));
            self.sum.items(all - capacity(REGISTERED, 16), 16);
        }
        self.sum.add(
            tree(count + REGISTERED, 228) - tree(REGISTERED, 228)
                + if count > FEW { SPLIT } else { 0 },
        );
        self.sum.add(large);
        self.sum.moment(6 * most + 16);
        self.module = self.module.saturating_add(self.sum.kept - before);
        Ok(())
    }

    fn imports(
        &mut self,
        facts: &mut Facts<'_>,
        mut reader: Reader<'_>,
    ) -> Result<(), PrepareError> {
        let declared = reader.var_u32()?;
        facts.imported = super::checkpoints::Checkpoints::new(declared);
        let mut names = 0usize;
        for _ in 0..declared {
            let at = reader.position();
            let import: Import<'_> = reader.item()?;
            names = names.saturating_add(import.module.len() + import.name.len());
            let imported = &mut self.imported;
            match import.ty {
                TypeRef::Func(ty) => {
                    facts.imported.push(at);
                    imported.functions += 1;
                    let most = 2 * facts.most_values as usize;
                    let values = facts
                        .signature(ty)
                        .map_or(most, |ty| ty.parameters.len() + ty.results.len());
                    self.imported_values = self.imported_values.saturating_add(values);
                }
                TypeRef::Table(ty) => {
                    imported.tables += 1;
                    self.imported_elements = self.imported_elements.saturating_add(ty.initial);
                    self.table_elements = self.table_elements.saturating_add(ty.initial);
                }
                TypeRef::Memory(_) => imported.memories += 1,
                TypeRef::Global(ty) => {
                    imported.globals += 1;
                    facts.push_global(type_byte(ty.content_type), false);
                }
                TypeRef::Tag(_) => {}
            }
            self.imports += 1;
        }
        let (count, imported) = (self.imports, self.imported);
        if count == 0 {
            return Ok(());
        }
        // The validator's: slots, each with both names and a vector, and the keys of a tree.
        self.sum.items(count.max(4), 36);
        self.sum.items(count, 160);
        self.sum.add(names.saturating_mul(2));
        self.sum.add(tree(count, 316));
        let Count { functions, tables, memories, globals } = imported;
        for (count, size) in [(functions, 4), (tables, 32), (memories, 40), (globals, 6)] {
            self.sum.pushed(count, size);
        }
        self.sum.moment(64);
        let before = self.sum.kept;
        for count in [functions, tables, memories, globals] {
            self.sum.pushed(count, 16);
        }
        let types = [
            (functions, FUNCTION_TYPE),
            (tables, TABLE_TYPE),
            (memories, MEMORY_TYPE),
            (globals, GLOBAL_TYPE),
        ];
        for (count, size) in types {
            self.sum.pushed(count, size);
        }
        self.builder = self.builder.saturating_add(self.sum.kept - before);
        self.keep(names);
        Ok(())
    }

    fn functions(
        &mut self,
        facts: &mut Facts<'_>,
        mut reader: Reader<'_>,
    ) -> Result<(), PrepareError> {
        let declared = reader.var_u32()?;
        facts.functions = super::checkpoints::Checkpoints::new(declared);
        for _ in 0..declared {
            facts.functions.push(reader.position());
            reader.var_u32()?;
            self.defined.functions += 1;
        }
        self.more(self.imported.functions, self.defined.functions, 4, FUNCTION_TYPE);
        Ok(())
    }

    /// Items that are defined beside imported ones, in a vector of the validator and one of the
    /// builder.
    fn more(&mut self, imported: usize, defined: usize, validator: usize, builder: usize) {
        if defined == 0 {
            return;
        }
        let all = imported.saturating_add(defined);
        self.sum.reserved(imported, all, validator);
        let before = self.sum.kept;
        self.sum.reserved(imported, all, builder);
        self.builder = self.builder.saturating_add(self.sum.kept - before);
    }

    fn tables(&mut self, module: &[u8], reader: Reader<'_>) -> Result<(), PrepareError> {
        reader.items(|reader| {
            let table = items::table(reader)?;
            self.table_elements = self.table_elements.saturating_add(table.ty.initial);
            if let Some(init) = table.init {
                self.expression(module, init);
            }
            self.defined.tables += 1;
            Ok(())
        })?;
        self.more(self.imported.tables, self.defined.tables, 32, TABLE_TYPE);
        Ok(())
    }

    /// A constant expression: closures, if it is more than one instruction, and references.
    fn expression(&mut self, module: &[u8], expression: Range<usize>) -> Option<u8> {
        const CLOSURE: usize = 40;
        /// An instruction and `end`.
        const SIMPLE: usize = 2;
        let mut reader = Reader::new(module, expression.clone());
        let first = reader.clone().byte().ok()?;
        let mut instructions = 0usize;
        while !reader.is_empty() {
            let operator = reader.operator().ok()?;
            self.references +=
                usize::from(matches!(operator, wasmparser::Operator::RefFunc { .. }));
            instructions += 1;
        }
        self.keep(CLOSURE.saturating_mul(instructions.saturating_sub(SIMPLE)));
        Some(first)
    }

    fn globals(&mut self, facts: &mut Facts<'_>, reader: Reader<'_>) -> Result<(), PrepareError> {
        let module = facts.module;
        reader.items(|reader| {
            let global = items::global(reader)?;
            facts.push_global(type_byte(global.ty.content_type), !global.ty.mutable);
            self.expression(module, global.init);
            self.defined.globals += 1;
            Ok(())
        })?;
        let count = self.defined.globals;
        if count > 0 {
            self.more(self.imported.globals, count, 6, GLOBAL_TYPE);
            self.sum.add(200);
            self.sum.moment(128);
            let before = self.sum.kept;
            self.sum.pushed(count, EXPRESSION);
            self.builder = self.builder.saturating_add(self.sum.kept - before);
        }
        Ok(())
    }

    fn exports(&mut self, reader: Reader<'_>) -> Result<(), PrepareError> {
        let read = reader.vector(|_, export: Export<'_>| {
            self.export_names = self.export_names.saturating_add(export.name.len());
            self.references += usize::from(export.kind == ExternalKind::Func);
            self.exports += 1;
            Ok(())
        });
        let (count, names) = (self.exports, self.export_names);
        if count > 0 {
            self.sum.items(count.max(4), 56);
            self.sum.add(names.saturating_mul(2));
            self.sum.add(tree(count, 184));
            // A list, which is sorted, and the tree.
            let list = capacity(count, 16).saturating_mul(16);
            self.keep(names);
            let sorted = if count > 256 { count.saturating_mul(16) } else { 0 };
            self.sum.moment(list.saturating_add(list / 2));
            self.sum.moment(list.saturating_add(sorted));
            let tree = full_tree(count, 184);
            self.sum.moment(list.saturating_add(tree));
            self.keep(tree);
        }
        read.map(drop)
    }

    fn elements(&mut self, module: &[u8], mut reader: Reader<'_>) -> Result<(), PrepareError> {
        const DECLARED: u32 = 3;
        let declared = reader.var_u32()?;
        let mut all = 0usize;
        for _ in 0..declared {
            let flags = reader.clone().var_u32()?;
            let mut count = 0usize;
            items::element(&mut reader, |part| {
                match part {
                    Part::Place { offset, .. } => drop(self.expression(module, offset)),
                    Part::Function(_) => {
                        self.references += 1;
                        count += 1;
                    }
                    Part::Expression(expression) => {
                        self.expression(module, expression);
                        count += 1;
                    }
                }
                Ok(())
            })?;
            all = all.saturating_add(count);
            if flags & DECLARED != DECLARED {
                self.items = self.items.saturating_add(count);
            }
            self.segments += 1;
        }
        let count = self.segments;
        if count > 0 {
            self.sum.items(count.max(4), 3);
            self.sum.add(200);
            self.sum.moment(64);
            let list = capacity(count, SEGMENT).saturating_mul(SEGMENT);
            self.keep(all.saturating_mul(EXPRESSION));
            self.sum.moment(list.saturating_add(list / 2));
            self.sum.moment(list.saturating_add(count.saturating_mul(SEGMENT)));
            self.keep(count.saturating_mul(SEGMENT));
        }
        Ok(())
    }

    /// What happens when the sections before the code have been read.
    fn finish(&mut self) {
        // The validator's lists of types are shared, and what it knows of the module copied.
        const SNAPSHOT: usize = 4 * (16 + 8 + 16) + 4 * 16 * 2 + 160;
        /// The interpreter's header of the module.
        const HEADER: usize = 144;
        self.sum.moment(52usize.saturating_mul(self.types));
        self.sum.add(SNAPSHOT);
        let all = self.all();
        self.sum.add(tree(self.references.min(all.functions), 52));
        // Vectors become boxes, one after the other.
        let boxes = [
            (all.functions, FUNCTION_TYPE),
            (all.tables, TABLE_TYPE),
            (all.memories, MEMORY_TYPE),
            (all.globals, GLOBAL_TYPE),
            (self.defined.globals, EXPRESSION),
            (self.imports, IMPORT_SIZE),
        ];
        let boxes = boxes.map(|(count, size)| count.saturating_mul(size));
        self.sum.moment(boxes.into_iter().max().unwrap_or(0));
        let exact = boxes.into_iter().fold(0, usize::saturating_add);
        let kept = exact.saturating_add(HEADER);
        self.sum.add(kept.saturating_sub(self.builder));
        self.sum.free(self.builder.saturating_sub(kept));
        self.module = self.module.saturating_add(kept);
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

/// The byte that says a type.
fn type_byte(ty: wasmparser::ValType) -> u8 {
    use wasmparser::ValType;
    match ty {
        ValType::I32 => 0x7f,
        ValType::I64 => 0x7e,
        ValType::F32 => 0x7d,
        ValType::F64 => 0x7c,
        ValType::V128 => 0x7b,
        ValType::Ref(_) => 0x70,
    }
}
