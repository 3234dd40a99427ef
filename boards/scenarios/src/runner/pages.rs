//! What a guest's memories need of the pool.

use vellum::{ExternType, Module, OutOfPages};

use super::{Call, Resources};
use crate::Platform;

/// Bytes of a pool of this granule that instances of `module` reserve, with memories that are made for
/// what it imports.
pub(super) fn reserved(module: &Module, granule: u64) -> u64 {
    let required = module.resources_required();
    // Each memory is rounded up to whole granules, and the sum in the end.
    let others = u64::from(required.num_memories).saturating_sub(1);
    let rounding = others.saturating_mul(granule - 1);
    let defined = required.reserved_memory_bytes.saturating_add(rounding);
    let imported = module.imports().filter_map(|import| match import.ty() {
        ExternType::Memory(ty) => {
            let pages = ty.maximum().unwrap_or(ty.minimum());
            let bytes = pages.saturating_mul(ty.page_size());
            Some(bytes.checked_next_multiple_of(granule).unwrap_or(u64::MAX))
        }
        _ => None,
    });
    let all = imported.fold(defined, u64::saturating_add);
    all.checked_next_multiple_of(granule).unwrap_or(u64::MAX)
}

/// Bytes that the heap keeps when pages are lent, besides the value stack: store, linker, frames of calls, and
/// memories that are provided. Those of the instance are asked for when it is made.
const KEPT: usize = 4 * 1024;

/// Lends the pool so many bytes of the region that it shares with the heap, and gives how many these are.
///
/// # Errors
///
/// The region has not so many in one piece, or the heap would have too few left to run a guest.
#[inline(never)]
pub(super) fn lend(
    platform: &impl Platform,
    resources: &Resources,
    call: &Call<'_>,
    needed: u64,
) -> Result<usize, OutOfPages> {
    let bytes = usize::try_from(needed).unwrap_or(usize::MAX);
    platform.lend(resources.pages, bytes).map_err(|largest| refusal(needed, largest))?;
    let kept = call.settings.stack.unwrap_or(resources.value_stack).saturating_add(KEPT);
    let left = resources.heap_free.map_or(kept, |free| free());
    if left < kept {
        platform.reclaim(resources.pages);
        return Err(refusal(needed, bytes.saturating_sub(kept - left)));
    }
    Ok(bytes)
}

fn refusal(needed: u64, largest: usize) -> OutOfPages {
    OutOfPages { needed, free: largest as u64, largest: largest as u64 }
}
