//! Whether a module shares memory, told without walking over its code.

use super::{
    error::PrepareError,
    reader::Reader,
    section::{IMPORT, MEMORY, Sections},
    stored,
};
use wasmparser::{Import, MemoryType, TypeRef};

/// Whether a module imports or defines a shared memory, so that it needs an engine with threads.
///
/// # Errors
///
/// If the sections, or those that would tell, are malformed.
pub fn shares_memory(module: &[u8]) -> Result<bool, PrepareError> {
    let sections = Sections::find(module)?;
    if let Some(section) = &sections.stored {
        return stored::shares_memory(&mut Reader::new(module, section.clone()));
    }
    let mut shared = false;
    sections.reader(module, IMPORT).vector(|_, import: Import<'_>| {
        shared |= matches!(import.ty, TypeRef::Memory(ty) if ty.shared);
        Ok(())
    })?;
    sections.reader(module, MEMORY).vector(|_, ty: MemoryType| {
        shared |= ty.shared;
        Ok(())
    })?;
    Ok(shared)
}
