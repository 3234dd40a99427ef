//! Validation alone.

use super::{Module, checked, load::prepared};
use crate::engine::Engine;
use crate::error::Error;

impl Module {
    /// Checks a module as [`Module::new`] does, all of its functions included, and keeps nothing of it.
    ///
    /// # Errors
    ///
    /// As for [`Module::new`].
    ///
    /// ```
    /// use vellum::{Config, Engine, Module};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(&Config::new())?;
    /// let bytes = |text| wat::parse_str(text).expect("the text is a module");
    /// Module::validate(&engine, &bytes("(module (func (result i32) (i32.const 1)))"))?;
    /// assert!(Module::validate(&engine, &bytes("(module (func (result i32)))")).is_err());
    /// # Ok(())
    /// # }
    /// ```
    pub fn validate(engine: &Engine, bytes: &[u8]) -> Result<(), Error> {
        engine.attempt(|| {
            let (module, _) = engine.config().unsealed(bytes)?;
            Self::check(engine, module)
        })
    }

    fn check(engine: &Engine, bytes: &[u8]) -> Result<(), Error> {
        let admitted = prepared(engine, bytes, &[])?;
        // What is signed was not validated yet.
        if engine.config().believes().is_some() {
            checked::valid(engine, admitted.module.into_prepared())?;
        }
        Ok(())
    }
}
