//! The memories a module declares, and their types.

use super::error::PrepareError;
use crate::threads_feature::Threads;
use alloc::{string::ToString, vec::Vec};
use vellum_memory::MemoryType;

/// As many memories as a module may have, as other engines agree.
const MAX_MEMORIES: usize = 100;

/// A memory as the module declares it, imported or defined.
///
/// ```
/// use vellum_prepare::{Options, prepare};
///
/// let text = r#"(module (import "env" "memory" (memory 1 2 shared)) (memory 3))"#;
/// let module = wat::parse_str(text).unwrap();
/// let prepared = prepare(&module, &Options::new())?;
/// let [imported, defined] = &prepared.memories[..] else { panic!("there are two") };
/// assert!(imported.imported && imported.ty.is_shared());
/// assert_eq!((defined.imported, defined.ty.minimum()), (false, 3));
/// # Ok::<(), vellum_prepare::PrepareError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct MemoryDecl {
    /// The declared type. It may be shared, which the type in the code never is.
    pub ty: MemoryType,
    /// Whether the module imports the memory; otherwise it defines it.
    pub imported: bool,
    /// Whether every access to it is a call of a [helper](super::Helper).
    pub locked: bool,
}

impl MemoryDecl {
    /// Whether it is locked, as far as there is code for that.
    pub(super) fn is_locked(&self) -> bool {
        Threads::wanted(self.locked).is_some()
    }
}

/// Appends a memory, checking its type, which is at byte `offset`.
pub(super) fn declare(
    memories: &mut Vec<MemoryDecl>,
    ty: wasmparser::MemoryType,
    imported: bool,
    offset: usize,
) -> Result<(), PrepareError> {
    if memories.len() >= MAX_MEMORIES {
        return Err(PrepareError::invalid(offset, "memories count exceeds limit of 100"));
    }
    let ty = MemoryType::builder()
        .min(ty.initial)
        .max(ty.maximum)
        .shared(ty.shared)
        .memory64(ty.memory64)
        .page_size_log2(ty.page_size_log2.map_or(16, |log2| u8::try_from(log2).unwrap_or(u8::MAX)))
        .build()
        .map_err(|error| PrepareError::Invalid { offset, message: error.to_string().into() })?;
    reserve(memories, 1)?;
    memories.push(MemoryDecl { ty, imported, locked: false });
    Ok(())
}

/// Appends an element, making room for more where there is none.
pub(super) fn push<T>(vector: &mut Vec<T>, element: T) -> Result<(), PrepareError> {
    if vector.len() == vector.capacity() {
        vector.try_reserve(1).map_err(|_| out_of_memory(vector, 1))?;
    }
    vector.push(element);
    Ok(())
}

/// Makes room for exactly `additional` elements.
pub(super) fn reserve<T>(vector: &mut Vec<T>, additional: usize) -> Result<(), PrepareError> {
    vector.try_reserve_exact(additional).map_err(|_| out_of_memory(vector, additional))
}

#[cold]
fn out_of_memory<T>(vector: &[T], additional: usize) -> PrepareError {
    let elements = vector.len().saturating_add(additional);
    PrepareError::OutOfMemory { needed: elements.saturating_mul(size_of::<T>()) }
}
