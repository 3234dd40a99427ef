//! The module pass and validation, as far as they are in the image.

#[cfg(feature = "validate")]
use super::admission;
use crate::engine::{Engine, valid::Valid};
use crate::error::Error;
#[cfg(not(feature = "validate"))]
use crate::error::config::ConfigError;
use vellum_prepare::{Options, PrepareError, Prepared, Weight};

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

/// Validates what the pass has made, and weighs it.
#[cfg(feature = "validate")]
#[inline(never)]
pub(super) fn valid<'a>(
    engine: &Engine,
    prepared: Prepared<'a>,
) -> Result<(Valid<'a>, Weight), Error> {
    // A host function that suspends is resumed in the wrong frame where it was tail-called.
    let tail_calls = !engine.config().has_threads();
    Valid::checked(prepared, tail_calls, |prepared, error| match error {
        PrepareError::OutOfMemory { .. } => admission::out_of_heap(engine, prepared, error),
        _ => admission::invalid(error.moved(|at| prepared.original_offset(at)), engine.config()),
    })
}

#[cfg(not(feature = "validate"))]
pub(super) fn valid<'a>(_: &Engine, _: Prepared<'a>) -> Result<(Valid<'a>, Weight), Error> {
    Err(ConfigError::ValidateFeature.into())
}
