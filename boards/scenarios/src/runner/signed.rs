//! Loading what is signed: its signature is checked before, so that each is measured for itself.

use vellum::{Engine, Error, Module, ModuleBytes, VerifiedModule};

use super::report::{self, Report};
use crate::Platform;

/// The module, if it stays where it is and so can be verified before it is loaded.
#[inline(never)]
pub(super) fn verified<P: Platform>(
    platform: &P,
    engine: &Engine,
    module: &ModuleBytes,
    report: &mut Report,
) -> Result<Option<VerifiedModule>, Error> {
    let Some(bytes) = module.as_static() else { return Ok(None) };
    let start = platform.clock();
    let verified = Module::verify(engine, bytes)?;
    report.verify = report::elapsed(start, platform.clock());
    Ok(Some(verified))
}

pub(super) fn load(
    engine: &Engine,
    verified: Option<VerifiedModule>,
    module: ModuleBytes,
) -> Result<Module, Error> {
    match verified {
        Some(verified) => Module::new_verified(engine, &verified),
        None => Module::new(engine, module),
    }
}
