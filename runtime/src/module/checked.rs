//! The module pass and validation, as far as they are in the image.

use crate::engine::Engine;
use crate::error::Error;
#[cfg(not(feature = "validate"))]
use crate::error::config::ConfigError;
#[cfg(feature = "validate")]
use crate::error::convert;
use vellum_prepare::{Options, PrepareError, Prepared};

#[cfg(feature = "validate")]
#[expect(clippy::unnecessary_wraps, reason = "without the feature `validate` it can't be done")]
pub(super) fn prepare<'a>(
    bytes: &'a [u8],
    options: &Options,
) -> Result<Result<Prepared<'a>, PrepareError>, Error> {
    Ok(vellum_prepare::prepare(bytes, options))
}

#[cfg(not(feature = "validate"))]
pub(super) fn prepare<'a>(
    _: &'a [u8],
    _: &Options,
) -> Result<Result<Prepared<'a>, PrepareError>, Error> {
    Err(ConfigError::ValidateFeature.into())
}

/// Validates and translates.
#[cfg(feature = "validate")]
pub(super) fn translated(engine: &Engine, prepared: &Prepared<'_>) -> Result<wasmi::Module, Error> {
    let origin = |offset| prepared.original_offset(offset);
    wasmi::Module::new(engine.wasmi(), &prepared.code)
        .map_err(|error| convert::error(&error, |offset| Some(origin(offset))))
}

#[cfg(not(feature = "validate"))]
pub(super) fn translated(_: &Engine, _: &Prepared<'_>) -> Result<wasmi::Module, Error> {
    Err(ConfigError::ValidateFeature.into())
}
