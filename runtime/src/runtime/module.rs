//! Modules: prepared, validated and translated, ready to be instantiated.

use super::{
    Config, Engine, Error, ExternType, FuncType, ModuleBytes, TableType, admission, convert,
    imports::ImportOrder, placement::to_wasmi,
};
use crate::prepare::{self, DataSegment, MemoryDecl, Names, PrepareError, Prepared};
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use vellum_memory::MemoryType;
use wasmi::ExternType as Wasmi;

/// A module of an engine; cheap to clone.
#[derive(Debug, Clone)]
pub struct Module(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    engine: Engine,
    wasmi: wasmi::Module,
    imports: ImportOrder,
    bytes: ModuleBytes,
    memories: Vec<MemoryDecl>,
    data: Vec<DataSegment>,
    tables: usize,
    start: bool,
    names: Names,
}

/// An import that a module needs.
#[derive(Debug, Clone)]
pub struct ImportType<'a> {
    module: &'a str,
    name: &'a str,
    ty: ExternType,
}

impl<'a> ImportType<'a> {
    /// The import's module name.
    pub fn module(&self) -> &'a str {
        self.module
    }

    /// The import's own name.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// What is imported.
    pub fn ty(&self) -> &ExternType {
        &self.ty
    }
}

/// An export that a module offers.
#[derive(Debug, Clone)]
pub struct ExportType<'a> {
    name: &'a str,
    ty: ExternType,
}

impl<'a> ExportType<'a> {
    /// The export's name.
    pub fn name(&self) -> &'a str {
        self.name
    }

    /// What is exported. Of a memory the maximum is the one declared.
    pub fn ty(&self) -> &ExternType {
        &self.ty
    }
}

impl Module {
    /// Loads a module: checks it against the engine's limits, prepares, validates and translates
    /// it.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidModule`] with the byte of the input, [`Error::LimitExceeded`] past a limit
    /// of the engine, [`Error::OutOfHeap`] when its code would not fit the heap.
    pub fn new(engine: &Engine, bytes: impl Into<ModuleBytes>) -> Result<Self, Error> {
        Self::load(engine, bytes.into())
    }

    /// Few bytes of native stack are in use here while the interpreter loads, which takes most of
    /// what a small chip has: each step has a frame of its own.
    fn load(engine: &Engine, bytes: ModuleBytes) -> Result<Self, Error> {
        let prepared = prepared(engine.config(), &bytes)?;
        let wasmi = translated(engine, &prepared)?;
        Ok(Self::assembled(engine, &bytes, prepared, wasmi))
    }

    #[inline(never)]
    fn assembled(
        engine: &Engine,
        bytes: &ModuleBytes,
        prepared: Box<Prepared<'_>>,
        wasmi: wasmi::Module,
    ) -> Self {
        let imports = ImportOrder::of(&prepared.code);
        let Prepared { memories, data, start, names, sizes, .. } = *prepared;
        Self(Arc::new(Inner {
            engine: engine.clone(),
            wasmi,
            imports,
            memories,
            data,
            tables: sizes.tables as usize,
            start,
            names,
            bytes: bytes.clone(),
        }))
    }

    /// The engine that the module belongs to.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// What the module imports, in order.
    pub fn imports(&self) -> impl Iterator<Item = ImportType<'_>> {
        let defined = self.0.memories.iter().filter(|memory| !memory.imported).count();
        let count = self.0.wasmi.imports().len().saturating_sub(defined);
        let mut memories = self.0.memories.iter();
        let imports: Vec<_> = self.0.wasmi.imports().collect();
        self.0.imports.first(count).iter().filter_map(move |&position| {
            let import = imports.get(position)?;
            let ty = match import.ty() {
                Wasmi::Memory(_) => memories.next().map(|memory| ExternType::Memory(memory.ty)),
                _ => None,
            };
            let ty = ty.unwrap_or_else(|| self.extern_type(import.ty()));
            Some(ImportType { module: import.module(), name: import.name(), ty })
        })
    }

    /// What the module exports.
    pub fn exports(&self) -> impl Iterator<Item = ExportType<'_>> {
        self.0
            .wasmi
            .exports()
            .filter(|export| !self.0.names.contains(export.name()))
            .map(|export| ExportType { name: export.name(), ty: self.extern_type(export.ty()) })
    }

    fn extern_type(&self, ty: &Wasmi) -> ExternType {
        match ty {
            Wasmi::Func(ty) => ExternType::Func(FuncType::from_wasmi(ty)),
            Wasmi::Global(ty) => ExternType::Global(*ty),
            Wasmi::Table(ty) => ExternType::Table(TableType::from_wasmi(ty)),
            Wasmi::Memory(ty) => {
                let mut memories = self.0.memories.iter().map(|memory| memory.ty);
                let declared =
                    memories.find(|declared| to_wasmi(declared, declared.maximum()) == Some(*ty));
                ExternType::Memory(declared.unwrap_or(MemoryType::new(0, None)))
            }
        }
    }

    pub(crate) fn wasmi(&self) -> &wasmi::Module {
        &self.0.wasmi
    }

    pub(crate) fn import_order(&self) -> &ImportOrder {
        &self.0.imports
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0.bytes
    }

    pub(crate) fn memories(&self) -> &[MemoryDecl] {
        &self.0.memories
    }

    pub(crate) fn data(&self) -> &[DataSegment] {
        &self.0.data
    }

    /// How many tables the module defines.
    pub(crate) fn tables(&self) -> usize {
        self.0.tables
    }

    pub(crate) fn start(&self) -> bool {
        self.0.start
    }

    pub(crate) fn names(&self) -> &Names {
        &self.0.names
    }
}

/// The module as the interpreter can take it, if the engine admits it.
#[inline(never)]
fn prepared<'a>(config: &Config, bytes: &'a ModuleBytes) -> Result<Box<Prepared<'a>>, Error> {
    if bytes.len() > config.module_limits.module_bytes {
        let (maximum, found) = (config.module_limits.module_bytes as u64, bytes.len() as u64);
        return Err(Error::limit(super::Limit::ModuleBytes, maximum, found));
    }
    let prepared = prepare::lower(bytes).map_err(|error| invalid(error, config))?;
    admission::check_limits(config, bytes.len(), &prepared.sizes)?;
    admission::check_heap(config, &prepared)?;
    if prepared.memories.iter().any(|memory| memory.ty.is_shared()) {
        return Err(Error::Config("shared memories need an engine with threads"));
    }
    Ok(Box::new(prepared))
}

#[inline(never)]
fn translated(engine: &Engine, prepared: &Prepared<'_>) -> Result<wasmi::Module, Error> {
    wasmi::Module::new(engine.wasmi(), &prepared.code)
        .map_err(|error| convert::error(&error, |offset| prepared.original_offset(offset)))
}

fn invalid(error: PrepareError, config: &Config) -> Error {
    match error {
        PrepareError::Invalid { offset, message } => {
            Error::InvalidModule { offset, message: Box::from(&*message) }
        }
        PrepareError::OutOfMemory { needed } => {
            Error::OutOfHeap { needed, free: config.heap_free.map_or(0, |free| free()) }
        }
    }
}
