//! Modules: prepared, validated and translated, ready to be instantiated.

mod admission;
pub(crate) mod bytes;
pub(crate) mod import_order;
mod memory_exports;
mod trailing_operators;
mod translator_buffers;

use crate::engine::{
    Engine,
    config::{Config, NO_THREADS},
};
use crate::error::{Error, config::ConfigError, convert, limit::Limit};
use crate::types::{ExternType, func::FuncType, global::GlobalType, table::TableType};
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use bytes::ModuleBytes;
use import_order::ImportOrder;
use memory_exports::MemoryExports;
use vellum_memory::MemoryType;
use vellum_prepare::{DataSegment, Helper, MemoryDecl, Names, Options, PrepareError, Prepared};
use wasmi::ExternType as Wasmi;

/// A module of an engine; cheap to clone.
#[derive(Debug, Clone)]
pub struct Module(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    engine: Engine,
    wasmi: wasmi::Module,
    imports: ImportOrder,
    memory_exports: MemoryExports,
    memories: Vec<MemoryDecl>,
    /// Where the data segments are in the bytes that are kept.
    data: Vec<DataSegment>,
    kept: ModuleBytes,
    tables: usize,
    instance_heap: usize,
    start: bool,
    names: Names,
    helpers: Vec<Helper>,
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
        Self::load(engine, bytes.into(), &[])
    }

    /// As [`Module::new`], where these of its memories, by index, are reached by locked access. On an
    /// engine with threads this is how a guest uses the [`SharedMemory`](crate::SharedMemory) of
    /// another engine; on one without, all shared memories are reached so anyway.
    ///
    /// # Errors
    ///
    /// As for [`Module::new`], and when it has vector instructions that reach one of these memories;
    /// [`Error::Config`] when it has no memory of one of these indices.
    pub fn with_locked(
        engine: &Engine,
        bytes: impl Into<ModuleBytes>,
        memories: &[u32],
    ) -> Result<Self, Error> {
        Self::load(engine, bytes.into(), memories)
    }

    /// Few bytes of native stack are in use here while the interpreter loads, which takes most of
    /// what a small chip has: each step has a frame of its own.
    fn load(engine: &Engine, bytes: ModuleBytes, locked: &[u32]) -> Result<Self, Error> {
        let prepared = prepared(engine, bytes.as_ref(), locked)?;
        let wasmi = translated(engine, &prepared)?;
        translator_buffers::release(engine);
        let mut inner = Self::assembled(engine, prepared, wasmi)?;
        inner.kept = bytes.into_kept(&mut inner.data)?;
        Ok(Self(Arc::new(inner)))
    }

    /// All that there is of a module but its bytes.
    #[inline(never)]
    fn assembled(
        engine: &Engine,
        prepared: Box<Prepared<'_>>,
        wasmi: wasmi::Module,
    ) -> Result<Inner, Error> {
        let imports = ImportOrder::of(&prepared.code);
        let memory_exports = MemoryExports::of(&prepared.code, prepared.memories.len())?;
        let Prepared { memories, data, start, names, helpers, sizes, .. } = *prepared;
        Ok(Inner {
            engine: engine.clone(),
            wasmi,
            imports,
            memory_exports,
            memories,
            data,
            kept: ModuleBytes::from(&[]),
            tables: sizes.tables as usize,
            instance_heap: admission::instance_heap(&sizes),
            start,
            names,
            helpers,
        })
    }

    /// The engine that the module belongs to.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// What the module imports, in order.
    pub fn imports(&self) -> impl Iterator<Item = ImportType<'_>> {
        let count = self.import_count();
        let mut memories = self.0.memories.iter();
        let imports: Vec<_> = self.0.wasmi.imports().collect();
        self.0.imports.first(count).iter().filter_map(move |&position| {
            let import = imports.get(position)?;
            let mut memory = || Some(ExternType::Memory(memories.next()?.ty));
            let ty = extern_type(import.ty()).or_else(&mut memory)?;
            Some(ImportType { module: import.module(), name: import.name(), ty })
        })
    }

    /// What the module exports.
    pub fn exports(&self) -> impl Iterator<Item = ExportType<'_>> {
        self.0.wasmi.exports().filter(|export| !self.0.names.contains(export.name())).filter_map(
            |export| {
                let name = export.name();
                let memory = || Some(ExternType::Memory(self.exported_memory(name)?));
                Some(ExportType { name, ty: extern_type(export.ty()).or_else(memory)? })
            },
        )
    }

    /// The declared type of an exported memory.
    fn exported_memory(&self, name: &str) -> Option<MemoryType> {
        let index = self.0.memory_exports.index(name)?;
        Some(self.0.memories.get(index as usize)?.ty)
    }

    pub(crate) fn wasmi(&self) -> &wasmi::Module {
        &self.0.wasmi
    }

    /// How many imports the module has, without the memories that it defines.
    pub(crate) fn import_count(&self) -> usize {
        let defined = self.0.memories.iter().filter(|memory| !memory.imported).count();
        self.0.wasmi.imports().len().saturating_sub(defined)
    }

    pub(crate) fn import_order(&self) -> &ImportOrder {
        &self.0.imports
    }

    /// The bytes in which the data segments are. There are fewer than that only of an owner that gives
    /// others than before.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.kept.as_ref()
    }

    pub(crate) fn memories(&self) -> &[MemoryDecl] {
        &self.0.memories
    }

    pub(crate) fn data(&self) -> &[DataSegment] {
        &self.0.data
    }

    /// Bytes of heap that an instance may take, at most.
    pub(crate) fn instance_heap(&self) -> usize {
        self.0.instance_heap
    }

    /// How many tables the module defines.
    pub(crate) fn tables(&self) -> usize {
        self.0.tables
    }

    pub(crate) fn start(&self) -> bool {
        self.0.start
    }

    /// What the code calls in the host, by slot of its table.
    pub(crate) fn helpers(&self) -> &[Helper] {
        &self.0.helpers
    }

    pub(crate) fn names(&self) -> &Names {
        &self.0.names
    }
}

/// The type that the interpreter tells; none of a memory, of which it does not see all.
fn extern_type(ty: &Wasmi) -> Option<ExternType> {
    match ty {
        Wasmi::Func(ty) => Some(ExternType::Func(FuncType::from_wasmi(ty))),
        Wasmi::Global(ty) => Some(ExternType::Global(GlobalType::from_wasmi(*ty))),
        Wasmi::Table(ty) => Some(ExternType::Table(TableType::from_wasmi(ty))),
        Wasmi::Memory(_) => None,
    }
}

/// The module as the interpreter can take it, if the engine admits it.
#[inline(never)]
fn prepared<'a>(
    engine: &Engine,
    bytes: &'a [u8],
    locked: &[u32],
) -> Result<Box<Prepared<'a>>, Error> {
    let config = engine.config();
    if bytes.len() > config.module_limits.module_bytes {
        let (maximum, found) = (config.module_limits.module_bytes as u64, bytes.len() as u64);
        return Err(Error::limit(Limit::ModuleBytes, maximum, found));
    }
    let has_threads = config.has_threads();
    // Without threads of its own, the engine has shared memories from another one.
    let options =
        Options::new().threads(has_threads).locked(locked.to_vec()).lock_shared(!has_threads);
    let prepared =
        vellum_prepare::prepare(bytes, &options).map_err(|error| invalid(error, config))?;
    let has_memory = |index: &&u32| (**index as usize) < prepared.memories.len();
    if let Some(&index) = locked.iter().find(|index| !has_memory(index)) {
        return Err(ConfigError::LockedMemory { index }.into());
    }
    let mut memories = prepared.memories.iter();
    if !has_threads && memories.any(|memory| memory.ty.is_shared() && !memory.imported) {
        return Err(NO_THREADS);
    }
    admission::check_limits(config, bytes.len(), &prepared.sizes)?;
    admission::check_heap(engine, &prepared)?;
    Ok(Box::new(prepared))
}

#[inline(never)]
fn translated(engine: &Engine, prepared: &Prepared<'_>) -> Result<wasmi::Module, Error> {
    let origin = |offset| prepared.original_offset(offset);
    trailing_operators::check(engine.config(), &prepared.code, origin)?;
    let functions = prepared.sizes.functions as usize;
    engine.func_entities().asked(functions);
    let module = wasmi::Module::new(engine.wasmi(), &prepared.code)
        .map_err(|error| convert::error(&error, |offset| Some(origin(offset))))?;
    engine.func_entities().made(functions);
    Ok(module)
}

fn invalid(error: PrepareError, config: &Config) -> Error {
    match error {
        PrepareError::Invalid { offset, message } => {
            Error::InvalidModule { offset: Some(offset), message: Box::from(&*message) }
        }
        PrepareError::OutOfMemory { needed } => {
            Error::OutOfHeap { needed, free: config.heap_free.map_or(0, |free| free()) }
        }
    }
}
