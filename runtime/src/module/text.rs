//! Modules in the text format.

use super::bytes::ModuleBytes;
use crate::engine::Engine;
use crate::error::Error;
use alloc::{format, string::String, vec::Vec};

/// The module in the binary format, if `bytes` are a text of one.
pub(super) fn binary(engine: &Engine, bytes: ModuleBytes) -> Result<ModuleBytes, Error> {
    let binary = parsed(engine, bytes.as_ref())?;
    Ok(binary.map_or(bytes, ModuleBytes::from))
}

/// The binary format of a text, which begins with a parenthesis or a comment. An engine with a key takes none.
pub(super) fn parsed(engine: &Engine, bytes: &[u8]) -> Result<Option<Vec<u8>>, Error> {
    if engine.config().has_key() {
        return Ok(None);
    }
    let text = match bytes.trim_ascii_start().first() {
        Some(b'(' | b';') => core::str::from_utf8(bytes),
        _ => return Ok(None),
    };
    let Ok(text) = text else { return Ok(None) };
    wat::parse_str(text).map(Some).map_err(|error| {
        let message = format!("{error}").into();
        Error::InvalidModule { offset: None, message }
    })
}

impl From<&'static str> for ModuleBytes {
    fn from(text: &'static str) -> Self {
        text.as_bytes().into()
    }
}

impl From<String> for ModuleBytes {
    fn from(text: String) -> Self {
        text.into_bytes().into()
    }
}
