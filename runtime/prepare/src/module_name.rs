//! The name of a module: the first part of the custom section `name`.

use super::{custom, error::PrepareError, leb::Leb};
use alloc::vec::Vec;
use wasmparser::BinaryReader;

/// The name of the custom section.
pub(super) const SECTION: &str = "name";
/// The part of it that is the module's name. Other parts name functions and variables.
const MODULE: u8 = 0;

/// The name, in the contents of the section. A malformed section has none: no custom section makes a
/// module invalid.
pub(super) fn read(section: &[u8]) -> Option<&str> {
    let mut reader = BinaryReader::new(section, 0);
    if reader.read_u8().ok()? != MODULE {
        return None;
    }
    let _length = reader.read_var_u32().ok()?;
    // It bounds the length before it uses it.
    reader.read_string().ok()
}

/// Appends a section with this name alone to a module.
pub(super) fn append(module: &mut Vec<u8>, name: &str) -> Result<(), PrepareError> {
    let length = Leb::new(name.len() as u64);
    let part = Leb::new((length.as_bytes().len() + name.len()) as u64);
    custom::append(
        module,
        SECTION,
        &[&[MODULE], part.as_bytes(), length.as_bytes(), name.as_bytes()],
    )
}
