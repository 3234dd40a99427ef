//! What a module imports and exports, in order.

use super::{
    Module,
    types::{ExportType, ImportType, extern_type},
};
use crate::types::ExternType;
use alloc::vec::Vec;
use core::iter;
use vellum_memory::MemoryType;

impl Module {
    /// What the module imports, in order. Nothing is known any more of one whose compartment is abandoned,
    /// nor while another module is loaded there by [`Module::new_async`].
    pub fn imports(&self) -> impl Iterator<Item = ImportType<'_>> {
        let count = self.import_count();
        let mut memories = self.memories().iter();
        let mut imports = self.known().map(wasmi::Module::imports);
        let next = || self.place().wait(|| imports.as_mut()?.next())?;
        let imports: Vec<_> = iter::from_fn(next).collect();
        let order = if imports.is_empty() { &[] } else { self.0.imports.first(count) };
        order.iter().filter_map(move |&position| {
            let import = imports.get(position)?;
            let mut memory = || Some(ExternType::Memory(memories.next()?.ty));
            let ty = extern_type(import.ty()).or_else(&mut memory)?;
            Some(ImportType { module: import.module(), name: import.name(), ty })
        })
    }

    /// What the module exports, in order; see [`Module::imports`].
    pub fn exports(&self) -> impl Iterator<Item = ExportType<'_>> {
        let all = move || {
            let mut exports = self.known().map(wasmi::Module::exports);
            let next = move || self.place().wait(|| exports.as_mut()?.next())?;
            iter::from_fn(next).filter(move |export| !self.0.names.contains(export.name()))
        };
        let own = self.0.exports.sort(move || self.known().is_some(), all);
        own.filter(|export| !self.hides(export.name())).filter_map(|export| {
            let name = export.name();
            let memory = || Some(ExternType::Memory(self.exported_memory(name)?));
            Some(ExportType { name, ty: extern_type(export.ty()).or_else(memory)? })
        })
    }

    /// The declared type of an exported memory.
    fn exported_memory(&self, name: &str) -> Option<MemoryType> {
        let index = self.0.memory_exports.index(name)?;
        Some(self.0.memories.get(index as usize)?.ty)
    }
}
