//! The signature of a module alone.

use super::{Module, bytes::ModuleBytes, loaded::Loaded};
use crate::engine::Engine;
use crate::error::{Error, config::ConfigError};
use vellum_sign::{PublicKey, Signed};

/// A module whose signature was found to be right, in bytes that stay as they are. It is loaded again and
/// again by [`Module::new_verified`], and its signature was checked once.
///
/// ```
/// use vellum::{Config, Engine, Error, Module, VerifiedModule};
///
/// /// Restarts a guest each time that it has failed.
/// fn supervise(engine: &Engine, file: &'static [u8]) -> Result<(), Error> {
///     let verified: VerifiedModule = Module::verify(engine, file)?;
///     loop {
///         let module = Module::new_verified(engine, &verified)?;
///         // Instantiate it, run it …
/// #       let _ = module;
///     }
/// }
/// # assert!(supervise(&Engine::new(&Config::new()).unwrap(), &[]).is_err());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct VerifiedModule {
    module: &'static [u8],
    key: PublicKey,
    version: u64,
}

impl VerifiedModule {
    /// The module's version.
    pub fn version(&self) -> u64 {
        self.version
    }
}

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
        let (_, version) = engine.attempt(|| engine.config().unsealed(bytes))?;
        version.ok_or(ConfigError::Key.into())
    }

    /// Checks the signature of a module as [`Module::new`] does, for [`Module::new_verified`].
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
    /// assert!(matches!(Module::verify(&engine, &[]), Err(Error::Config(_))));
    /// # Ok(())
    /// # }
    /// ```
    pub fn verify(engine: &Engine, bytes: &'static [u8]) -> Result<VerifiedModule, Error> {
        let key = engine.config().key().ok_or(ConfigError::Key)?;
        let (module, version) = engine.attempt(|| engine.config().unsealed(bytes))?;
        Ok(VerifiedModule { module, key, version: version.ok_or(ConfigError::Key)? })
    }

    /// Loads a module whose signature was checked before: as [`Module::new`] does, but for the check. The
    /// engine need not be the one that has checked it.
    ///
    /// # Errors
    ///
    /// As for [`Module::new`]; of an engine with another key [`Error::Signature`].
    ///
    /// ```
    /// use vellum::{Engine, Error, Module, VerifiedModule};
    ///
    /// fn reload(engine: &Engine, verified: &VerifiedModule) -> Result<Module, Error> {
    ///     Module::new_verified(engine, verified)
    /// }
    /// ```
    pub fn new_verified(engine: &Engine, verified: &VerifiedModule) -> Result<Self, Error> {
        let VerifiedModule { module, key, version } = *verified;
        let module = engine.config().taken(&key, Signed { module, version })?;
        let loaded = engine.attempt(|| Loaded::new(engine, module, &[]));
        Self::of(engine, ModuleBytes::from(module), loaded)
    }
}
