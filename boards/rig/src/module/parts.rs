//! Modules in parts.

use anyhow::{Result, anyhow};
use vellum_prepare::Options;
use vellum_split::{SplitOptions, split};

/// A module in parts of so many bytes of code, prepared.
pub(crate) fn in_parts(binary: &[u8], bytes: usize, options: &Options) -> Result<Vec<u8>> {
    let split = split(binary, &SplitOptions::new().part_bytes(bytes));
    let prepared = split.and_then(|split| split.prepare(options)?.to_bytes());
    prepared.map_err(|error| anyhow!("{error}"))
}
