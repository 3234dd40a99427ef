//! How much a memory reserves.

use super::config::Config;
use crate::error::{Error, limit::Limit};
use vellum_memory::{MemoryType, PAGE_SIZE};

/// Pages of its own that a memory of type `ty` may have at most, as the engine and `cap` allow.
pub(crate) fn maximum_pages(
    config: &Config,
    ty: &MemoryType,
    cap: Option<u64>,
) -> Result<u64, Error> {
    let own = |pages: u64| pages.saturating_mul(PAGE_SIZE as u64 / ty.page_size());
    let declared = match ty.maximum() {
        Some(maximum) => maximum,
        None => ty.minimum().saturating_add(own(config.memory_reserve)),
    };
    let limit = own(config.memory_maximum).min(cap.unwrap_or(u64::MAX));
    if ty.minimum() > limit {
        return Err(Error::limit(Limit::MemoryMaximum, limit, ty.minimum()));
    }
    Ok(declared.min(limit))
}
