//! What loading makes of a module.

use super::{
    admission::InstanceHeap,
    export_order::ExportOrder,
    import_order::ImportOrder,
    load::{self, Admitted, prepared, translated},
    memory_exports::MemoryExports,
    name,
    parts::{self, Parts},
    translator_buffers,
};
use crate::engine::Engine;
use crate::error::{Error, config::ConfigError};
use alloc::{boxed::Box, vec::Vec};
use vellum_prepare::{DataSegment, Helper, MemoryDecl, Names, Prepared};

/// What loading makes of a module: all there is of it but its bytes.
pub(super) struct Loaded {
    pub(super) wasmi: wasmi::Module,
    pub(super) imports: ImportOrder,
    pub(super) exports: ExportOrder,
    pub(super) memory_exports: MemoryExports,
    pub(super) memories: Vec<MemoryDecl>,
    /// Where the data segments are in the bytes that are kept.
    pub(super) data: Vec<DataSegment>,
    pub(super) tables: usize,
    pub(super) table_elements: u64,
    pub(super) instance_heap: InstanceHeap,
    pub(super) start: bool,
    pub(super) names: Names,
    pub(super) helpers: Vec<Helper>,
    pub(super) name: Option<Box<[u8]>>,
    pub(super) parts: Option<Parts>,
}

impl Loaded {
    /// Loads a module once it is known to be signed, if it has to be.
    pub(super) fn sealed(engine: &Engine, bytes: &[u8], locked: &[u32]) -> Result<Self, Error> {
        let (module, _) = engine.config().unsealed(bytes)?;
        Self::new(engine, module, locked)
    }

    /// The types and the imports of a module, once it is known to be signed, if it has to be.
    pub(super) fn imports_only(engine: &Engine, bytes: &[u8]) -> Result<Self, Error> {
        let (module, _) = engine.config().unsealed(bytes)?;
        let admitted = load::imports_only(engine, module)?;
        let mut loaded = Self::compiled(engine, admitted)?;
        loaded.parts = Self::parts_of(engine, module)?;
        Ok(loaded)
    }

    /// Loads a module whose signature is known to be right, if it has to have one.
    pub(super) fn new(engine: &Engine, bytes: &[u8], locked: &[u32]) -> Result<Self, Error> {
        load::check_length(engine, bytes)?;
        let parts = Self::parts_of(engine, bytes)?;
        let admitted = prepared(engine, bytes, locked)?;
        let mut loaded = Self::compiled(engine, admitted)?;
        if parts.is_some() && !loaded.loads_parts() {
            return Err(invalid(0, "a module in parts that does not import what loads them"));
        }
        loaded.parts = parts;
        Ok(loaded)
    }

    /// Loads a part, whose bytes are at `start` of a module's.
    pub(super) fn part(engine: &Engine, bytes: &[u8], start: usize) -> Result<Self, Error> {
        let relative = |error| match error {
            Error::InvalidModule { offset, message } => {
                Error::InvalidModule { offset: offset.map(|offset| start + offset), message }
            }
            error => error,
        };
        let admitted = prepared(engine, bytes, &[]).map_err(relative)?;
        let loaded = Self::compiled(engine, admitted).map_err(relative)?;
        let is_defined = |memory: &MemoryDecl| !memory.imported;
        let is_more = loaded.tables > 0
            || loaded.start
            || !loaded.data.is_empty()
            || loaded.memories.iter().any(is_defined);
        if is_more {
            return Err(invalid(start, "a part of a module has more than functions"));
        }
        Ok(loaded)
    }

    /// The parts of a module, if it is one in parts, which engines with threads refuse.
    fn parts_of(engine: &Engine, bytes: &[u8]) -> Result<Option<Parts>, Error> {
        let parts = Parts::find(bytes)
            .map_err(|at| invalid(at, "the section of the module's parts is malformed"))?;
        if parts.is_some() && engine.config().has_threads() {
            return Err(ConfigError::PartsThreads.into());
        }
        if parts.is_some() && engine.config().believes().is_some() {
            return Err(ConfigError::PartsSigned.into());
        }
        Ok(parts)
    }

    fn compiled(engine: &Engine, admitted: Box<Admitted<'_>>) -> Result<Self, Error> {
        let wasmi = translated(engine, &admitted.module)?;
        if admitted.module.sizes.functions > 0 {
            translator_buffers::release(engine);
        }
        Self::assembled(admitted, wasmi)
    }

    /// How many imports the module declares, without the memories that the runtime gives it.
    pub(super) fn import_count(&self) -> usize {
        let defined = self.memories.iter().filter(|memory| !memory.imported).count();
        self.wasmi.imports().len().saturating_sub(defined)
    }

    /// Whether the last import of the module's own is what loads a part.
    fn loads_parts(&self) -> bool {
        let last = self.imports.first(self.import_count()).last();
        let last = last.and_then(|&position| self.wasmi.imports().nth(position));
        last.is_some_and(|import| {
            let ty = import.ty().func();
            let is_loader = |ty: &wasmi::FuncType| {
                ty.params() == [wasmi::ValType::I32] && ty.results().is_empty()
            };
            import.module() == parts::NAME
                && import.name() == parts::LOAD
                && ty.is_some_and(is_loader)
        })
    }

    #[inline(never)]
    fn assembled(admitted: Box<Admitted<'_>>, wasmi: wasmi::Module) -> Result<Self, Error> {
        let Admitted { module, instance_heap } = *admitted;
        let prepared = module.into_prepared();
        let imports = ImportOrder::of(&prepared.code);
        let exports = ExportOrder::of(&wasmi, &prepared)?;
        let memory_exports = MemoryExports::of(&prepared)?;
        let name = prepared.name().map(name::copy).transpose()?;
        let Prepared { memories, data, start, names, helpers, sizes, .. } = prepared;
        Ok(Self {
            wasmi,
            imports,
            exports,
            memory_exports,
            memories,
            data,
            tables: sizes.tables as usize,
            table_elements: sizes.table_elements,
            instance_heap,
            start,
            names,
            helpers,
            name,
            parts: None,
        })
    }
}

#[cold]
fn invalid(offset: usize, message: &'static str) -> Error {
    Error::InvalidModule { offset: Some(offset), message: Box::from(message) }
}
