//! Main module and parts as one file.
//!
//! The bytes of the main module, then a custom section `vellum.parts`:
//!
//! ```text
//! version   byte        1
//! n         u32 LE      functions
//! g         u32 LE      parts
//! part of   n x u16 LE  the part of each function
//! ends      g x u32 LE  where each part ends, counted from the first byte behind this table
//! parts     bytes
//! ```

use crate::error::SplitError;
use crate::names;
use wasm_encoder::{CustomSection, Section};

const VERSION: u8 = 1;

/// The file's bytes.
pub(crate) fn write(
    main: &[u8],
    part_of: &[u16],
    parts: &[Vec<u8>],
) -> Result<Vec<u8>, SplitError> {
    let mut data = vec![VERSION];
    data.extend((part_of.len() as u32).to_le_bytes());
    data.extend((parts.len() as u32).to_le_bytes());
    data.extend(part_of.iter().flat_map(|part| part.to_le_bytes()));
    let mut end = 0;
    for part in parts {
        end += part.len();
        let end = u32::try_from(end).map_err(|_| SplitError::TooLarge { bytes: end })?;
        data.extend(end.to_le_bytes());
    }
    data.extend(parts.iter().flatten());
    // The section's size counts its name, too.
    if u32::try_from(data.len() + names::PARTS.len() + 5).is_err() {
        return Err(SplitError::TooLarge { bytes: data.len() });
    }
    let mut file = main.to_vec();
    CustomSection { name: names::PARTS.into(), data: data.into() }.append_to(&mut file);
    Ok(file)
}
