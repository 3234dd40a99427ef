//! The first walk over a module: what is in it, and what to change.

use super::{
    data::segments,
    error::PrepareError,
    items,
    layout::Layout,
    lowering::Lowering,
    memories::{MemoryDecl, declare},
    names::Names,
    options::Options,
    references,
    section::{
        DATA, DATA_COUNT, EXPORT, FUNCTION, GLOBAL, IMPORT, MEMORY, START, Section, Sections,
    },
    sizes::{Sizes, count_bodies},
    start,
};
use crate::threads_feature::Threads;
use alloc::vec::Vec;
use wasmparser::{Export, Import, MemoryType, TypeRef};

/// All that the first walk finds.
pub(super) struct Scan {
    pub(super) layout: Layout,
    pub(super) memories: Vec<MemoryDecl>,
    pub(super) sizes: Sizes,
}

impl Scan {
    /// Walks over a module, checking the grammar of all but operators, and whatever the code
    /// emitted for it no longer shows.
    pub(super) fn of(module: &[u8], options: &Options) -> Result<Self, PrepareError> {
        options.check()?;
        let sections = Sections::find(module)?;
        let names = Names::unused(module, &sections)?;
        let mut scan = Self::declared(module, sections, names)?;
        scan.start(module)?;
        scan.code(module)?;
        scan.data(module)?;
        if scan.layout.sections.stored.is_none() {
            scan.lower(module, options)?;
        }
        references::check(module, &scan.layout, &scan.memories)?;
        Ok(scan)
    }

    /// What a module declares, without its code, its data and its start function.
    pub(super) fn declared(
        module: &[u8],
        sections: Sections,
        names: Names,
    ) -> Result<Self, PrepareError> {
        let layout = Layout {
            sections,
            globals: 0,
            defined_memories: 0,
            imports_shared: false,
            start: None,
            has_data: false,
            computed_offsets: 0,
            names,
            types: 0,
            lowering: Lowering::default(),
        };
        let mut scan = Self { layout, memories: Vec::new(), sizes: Sizes::default() };
        scan.sizes.types = start::types(module, &scan.layout.sections)?;
        scan.layout.types = scan.sizes.types;
        scan.imports(module)?;
        scan.definitions(module)?;
        Ok(scan)
    }

    /// Looks for what to change in function bodies.
    fn lower(&mut self, module: &[u8], options: &Options) -> Result<(), PrepareError> {
        let Self { layout, memories, sizes } = self;
        let plan = options.plan(memories)?;
        for (index, memory) in (0..).zip(&mut *memories) {
            if plan.locks(index, memory) {
                memory.locked = true;
                layout.imports_shared |= memory.imported;
            }
        }
        let sections = &layout.sections;
        let segments = sections.get(DATA_COUNT).map(|_| sizes.data_segments);
        let features = (Threads::wanted(plan.threads), plan.interruption);
        layout.lowering =
            Lowering::survey(module, sections, memories, layout.types, segments, features)?;
        Ok(())
    }

    fn imports(&mut self, module: &[u8]) -> Result<(), PrepareError> {
        let reader = self.layout.sections.reader(module, IMPORT);
        self.sizes.imports = reader.vector(|at, import: Import<'_>| {
            match import.ty {
                TypeRef::Global(_) => self.layout.globals += 1,
                TypeRef::Memory(ty) => {
                    self.layout.imports_shared |= ty.shared;
                    declare(&mut self.memories, ty, true, at.start)?;
                }
                TypeRef::Func(_) | TypeRef::Table(_) | TypeRef::Tag(_) => {}
            }
            Ok(())
        })?;
        Ok(())
    }

    fn definitions(&mut self, module: &[u8]) -> Result<(), PrepareError> {
        let sections = &self.layout.sections;
        self.sizes.functions = sections.reader(module, FUNCTION).vector(|_, _: u32| Ok(()))?;
        self.sizes.tables(module, sections)?;
        let memories = &mut self.memories;
        self.layout.defined_memories = sections
            .reader(module, MEMORY)
            .vector(|at, ty: MemoryType| declare(memories, ty, false, at.start))?;
        self.sizes.memories = u32::try_from(memories.len()).unwrap_or(u32::MAX);
        self.sizes.globals =
            sections.reader(module, GLOBAL).items(|reader| items::global(reader).map(drop))?;
        self.layout.globals = self.layout.globals.saturating_add(self.sizes.globals);
        self.sizes.exports = sections.reader(module, EXPORT).vector(|_, _: Export<'_>| Ok(()))?;
        self.sizes.elements(module, sections)
    }

    fn start(&mut self, module: &[u8]) -> Result<(), PrepareError> {
        let sections = &self.layout.sections;
        let Some(section) = sections.get(START) else { return Ok(()) };
        let mut reader = sections.reader(module, START);
        let function = reader.var_u32()?;
        reader.end()?;
        start::check(module, sections, function, section.content().start)?;
        self.layout.start = Some(function);
        Ok(())
    }

    fn code(&mut self, module: &[u8]) -> Result<(), PrepareError> {
        let bodies = count_bodies(module, &self.layout.sections)?;
        if bodies == self.sizes.functions {
            return Ok(());
        }
        let message = "function and code section have inconsistent lengths";
        Err(PrepareError::invalid(module.len(), message))
    }

    fn data(&mut self, module: &[u8]) -> Result<(), PrepareError> {
        let layout = &mut self.layout;
        let reader = layout.sections.reader(module, DATA);
        self.sizes.data_segments = segments(module, reader, &self.memories, |segment| {
            let computed = segment.active.is_some_and(|active| active.constant.is_none());
            layout.computed_offsets += u32::from(computed);
            Ok(())
        })?;
        layout.has_data = self.sizes.data_segments > 0;
        let Some(count) = layout.sections.get(DATA_COUNT) else { return Ok(()) };
        let mut reader = layout.sections.reader(module, DATA_COUNT);
        let declared = reader.var_u32()?;
        reader.end()?;
        if declared == self.sizes.data_segments {
            return Ok(());
        }
        Err(inconsistent(count))
    }
}

#[cold]
fn inconsistent(count: Section) -> PrepareError {
    let message = "data count and data section have inconsistent lengths";
    PrepareError::invalid(count.content().start, message)
}
