//! Appending custom sections to a module.

use super::{error::PrepareError, leb::Leb, memories::reserve};
use alloc::vec::Vec;

/// The id of custom sections.
const CUSTOM: u8 = 0;

/// Appends a section of that name with these parts.
pub(super) fn append(
    module: &mut Vec<u8>,
    name: &str,
    parts: &[&[u8]],
) -> Result<(), PrepareError> {
    let title = Leb::new(name.len() as u64);
    let content: usize = parts.iter().map(|part| part.len()).sum();
    let content = title.as_bytes().len() + name.len() + content;
    let size = Leb::new(content as u64);
    reserve(module, 1 + size.as_bytes().len() + content)?;
    module.push(CUSTOM);
    for part in [size.as_bytes(), title.as_bytes(), name.as_bytes()].iter().chain(parts) {
        module.extend_from_slice(part);
    }
    Ok(())
}
