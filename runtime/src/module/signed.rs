//! The signature of a module alone.

use super::Module;
use crate::engine::Engine;
use crate::error::{Error, config::ConfigError};

impl Module {
    /// Checks the signature of a module as [`Module::new`] does, and returns the module's version: before it
    /// takes the place of another one in flash, and to keep the version as the oldest that is taken from then
    /// on.
    ///
    /// # Errors
    ///
    /// [`Error::Signature`]; [`Error::Config`] of an engine without a [key](crate::Config::signed_by).
    ///
    /// ```
    /// use vellum::{Config, Engine, Error, Module};
    ///
    /// # fn main() -> Result<(), Error> {
    /// let engine = Engine::new(&Config::new())?;
    /// assert!(matches!(Module::signed_version(&engine, &[]), Err(Error::Config(_))));
    /// # Ok(())
    /// # }
    /// ```
    pub fn signed_version(engine: &Engine, bytes: &[u8]) -> Result<u64, Error> {
        let (_, version) = engine.place().run(|| engine.config().unsealed(bytes))??;
        version.ok_or(ConfigError::Key.into())
    }
}
