//! What loading makes of a module.

use super::{
    admission::InstanceHeap,
    import_order::ImportOrder,
    load::{Admitted, prepared, translated},
    memory_exports::MemoryExports,
    name, translator_buffers,
};
use crate::engine::Engine;
use crate::error::Error;
use alloc::{boxed::Box, vec::Vec};
use vellum_prepare::{DataSegment, Helper, MemoryDecl, Names, Prepared};

/// What loading makes of a module: all there is of it but its bytes.
pub(super) struct Loaded {
    pub(super) wasmi: wasmi::Module,
    pub(super) imports: ImportOrder,
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
    pub(super) name: Option<Vec<u8>>,
}

impl Loaded {
    pub(super) fn new(engine: &Engine, bytes: &[u8], locked: &[u32]) -> Result<Self, Error> {
        let admitted = prepared(engine, bytes, locked)?;
        let wasmi = translated(engine, &admitted.prepared)?;
        translator_buffers::release(engine);
        Self::assembled(admitted, wasmi)
    }

    #[inline(never)]
    fn assembled(admitted: Box<Admitted<'_>>, wasmi: wasmi::Module) -> Result<Self, Error> {
        let Admitted { prepared, instance_heap } = *admitted;
        let imports = ImportOrder::of(&prepared.code);
        let memory_exports = MemoryExports::of(&prepared)?;
        let name = prepared.name().map(name::copy).transpose()?;
        let Prepared { memories, data, start, names, helpers, sizes, .. } = prepared;
        Ok(Self {
            wasmi,
            imports,
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
        })
    }
}
