//! What a module takes from others, before it is loaded.

use super::{Module, bytes::ModuleBytes, loaded::Loaded};
use crate::engine::Engine;
use crate::error::Error;

impl Module {
    /// A module with the types and the imports of `bytes` and nothing else. Linking it tells whether the module
    /// itself can be linked, before that is validated and translated: it costs little time and heap, and is
    /// dropped afterwards.
    ///
    /// It exports nothing and has no start function. What else is wrong with the module, [`Module::new`] tells.
    ///
    /// # Errors
    ///
    /// As for [`Module::new`], as far as these two sections show it.
    ///
    /// ```
    /// use vellum::{Config, Engine, Error, Linker, Module, Store};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(&Config::new())?;
    /// let bytes = wat::parse_str(
    ///     r#"(module (import "env" "led" (func $led (param i32)))
    ///         (func (export "on") (call $led (i32.const 1))))"#,
    /// ).expect("the text is valid");
    /// let linker = Linker::new(&engine);
    /// let imports = Module::imports_only(&engine, &bytes)?;
    /// let error = linker.instantiate(Store::new(&engine, ()), &imports).unwrap_err();
    /// assert!(matches!(error, Error::UnknownImport { name, .. } if &*name == "led"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn imports_only(engine: &Engine, bytes: impl AsRef<[u8]>) -> Result<Self, Error> {
        let bytes = bytes.as_ref();
        #[cfg(feature = "wat")]
        let text = super::text::parsed(engine, bytes)?;
        #[cfg(feature = "wat")]
        let bytes = text.as_deref().unwrap_or(bytes);
        let loaded = engine.attempt(|| Loaded::imports_only(engine, bytes));
        Self::of(engine, ModuleBytes::from(&[]), loaded)
    }
}
