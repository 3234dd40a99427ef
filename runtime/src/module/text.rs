//! Modules in the text format.

use super::bytes::ModuleBytes;
use crate::engine::Engine;
use crate::error::Error;
use alloc::{format, string::String};

/// The module in the binary format, if `bytes` are a text of one: it begins with a parenthesis or a
/// comment. An engine with a key takes none.
pub(super) fn binary(engine: &Engine, bytes: ModuleBytes) -> Result<ModuleBytes, Error> {
    if engine.config().has_key() {
        return Ok(bytes);
    }
    let text = match bytes.as_ref().trim_ascii_start().first() {
        Some(b'(' | b';') => core::str::from_utf8(bytes.as_ref()),
        _ => return Ok(bytes),
    };
    let Ok(text) = text else { return Ok(bytes) };
    match wat::parse_str(text) {
        Ok(binary) => Ok(binary.into()),
        Err(error) => {
            let message = format!("{error}").into();
            Err(Error::InvalidModule { offset: None, message })
        }
    }
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
