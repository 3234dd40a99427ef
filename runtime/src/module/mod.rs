//! Modules: prepared, validated and translated, ready to be instantiated.

mod admission;
pub(crate) mod bytes;
#[cfg(feature = "std")]
mod file;
pub(crate) mod import_order;
mod load;
mod memory_exports;
mod name;
pub(crate) mod resources;
#[cfg(feature = "wat")]
mod text;
mod trailing_operators;
mod translator_buffers;
pub(crate) mod types;
mod validate;

use crate::engine::Engine;
use crate::error::Error;
use crate::types::ExternType;
use alloc::{boxed::Box, sync::Arc, vec::Vec};
use bytes::ModuleBytes;
use core::fmt;
use import_order::ImportOrder;
use load::{Admitted, prepared, translated};
use memory_exports::MemoryExports;
use types::{ExportType, ImportType, extern_type};
use vellum_memory::MemoryType;
use vellum_prepare::{DataSegment, Helper, MemoryDecl, Names, Prepared};

/// A module of an engine; cheap to clone.
///
/// ```
/// use vellum::{Config, Engine, Instance, Module, Store};
///
/// # fn main() -> Result<(), vellum::Error> {
/// let engine = Engine::new(&Config::new())?;
/// let text = r#"(module (func (export "one") (result i32) (i32.const 1)))"#;
/// let module = Module::new(&engine, wat::parse_str(text).expect("the text is valid"))?;
/// assert_eq!(module.exports().map(|export| export.name()).collect::<Vec<_>>(), ["one"]);
/// // Translated once, it has any number of instances.
/// for _ in 0..2 {
///     Instance::new(&mut Store::new(&engine, ()), &module, &[])?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Module(Arc<ModuleInner>);

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (imports, exports) = (self.import_count(), self.exports().count());
        f.debug_struct("Module")
            .field("imports", &imports)
            .field("exports", &exports)
            .finish_non_exhaustive()
    }
}

struct ModuleInner {
    engine: Engine,
    wasmi: wasmi::Module,
    imports: ImportOrder,
    memory_exports: MemoryExports,
    memories: Vec<MemoryDecl>,
    /// Where the data segments are in the bytes that are kept.
    data: Vec<DataSegment>,
    kept: ModuleBytes,
    tables: usize,
    table_elements: u64,
    instance_heap: usize,
    start: bool,
    names: Names,
    helpers: Vec<Helper>,
    name: Option<Vec<u8>>,
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
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
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
        #[cfg(feature = "wat")]
        let bytes = text::binary(bytes)?;
        let admitted = prepared(engine, bytes.as_ref(), locked)?;
        let wasmi = translated(engine, &admitted.prepared)?;
        translator_buffers::release(engine);
        let mut inner = Self::assembled(engine, admitted, wasmi)?;
        inner.kept = bytes.into_kept(&mut inner.data)?;
        Ok(Self(Arc::new(inner)))
    }

    /// All that there is of a module but its bytes.
    #[inline(never)]
    fn assembled(
        engine: &Engine,
        admitted: Box<Admitted<'_>>,
        wasmi: wasmi::Module,
    ) -> Result<ModuleInner, Error> {
        let Admitted { prepared, instance_heap } = *admitted;
        let imports = ImportOrder::of(&prepared.code);
        let memory_exports = MemoryExports::of(&prepared)?;
        let name = prepared.name().map(name::copy).transpose()?;
        let Prepared { memories, data, start, names, helpers, sizes, .. } = prepared;
        Ok(ModuleInner {
            engine: engine.clone(),
            wasmi,
            imports,
            memory_exports,
            memories,
            data,
            kept: ModuleBytes::from(&[]),
            tables: sizes.tables as usize,
            table_elements: sizes.table_elements,
            instance_heap,
            start,
            names,
            helpers,
            name,
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
