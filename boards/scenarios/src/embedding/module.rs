//! What is known of a module before it runs.

use vellum::{Engine, Error, ExternType, Module, PAGE_SIZE};

use super::{MODULE, NEEDS};
use crate::parallel::CheckFailure;

/// Asks a module what it is.
#[inline(never)]
pub(super) fn check(engine: &Engine) -> Result<(), CheckFailure> {
    #[cfg(feature = "validate")]
    validate(engine)?;
    let module = Module::new(engine, MODULE)?;
    let named = module.name() == Some("sampler");
    CheckFailure::unless_equal("modules of the right name", named, true)?;
    let Some(ExternType::Memory(memory)) = module.get_export("memory") else {
        return Err(Error::UnknownExport("memory".into()).into());
    };
    CheckFailure::unless_equal("pages at most", memory.maximum().unwrap_or(0), 3_u64)?;
    let required = module.resources_required();
    CheckFailure::unless_equal("memories", required.num_memories, 1_u32)?;
    CheckFailure::unless_equal("elements of tables", required.table_elements, 4_u64)?;
    let (first, reserved) = (required.initial_memory_bytes, required.reserved_memory_bytes);
    CheckFailure::unless_equal("bytes at first", first, PAGE_SIZE as u64)?;
    CheckFailure::unless_equal("bytes reserved", reserved, NEEDS as u64)
}

#[cfg(feature = "validate")]
fn validate(engine: &Engine) -> Result<(), CheckFailure> {
    Module::validate(engine, MODULE)?;
    let half = MODULE.get(..MODULE.len() / 2).unwrap_or_default();
    let refused = matches!(Module::validate(engine, half), Err(Error::InvalidModule { .. }));
    CheckFailure::unless_equal("half a module refused", refused, true)
}
