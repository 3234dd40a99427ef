//! Translation of what is believed to be valid.
#![expect(unsafe_code, reason = "the interpreter is to believe that code is valid")]

use crate::engine::Engine;
use crate::error::{Error, convert};
use crate::signed_feature::Believed;

/// Translates a module without validating it.
pub(super) fn translated(
    engine: &Engine,
    code: &[u8],
    _: Believed,
) -> Result<wasmi::Module, Error> {
    // SAFETY: the signature of the code was found right before this is reached, and by
    // `Config::believe_signatures` the embedder promises that what is signed is valid.
    let module = unsafe { wasmi::Module::new_unchecked(engine.wasmi(), code) };
    module.map_err(|error| convert::error(&error, Some))
}
