//! Modules of files.

extern crate std;

use super::Module;
use crate::engine::Engine;
use crate::error::Error;
use alloc::format;
use std::{fs, io, path::Path};

impl Module {
    /// Loads the module of a file.
    ///
    /// # Errors
    ///
    /// [`Error::Host`] with the [`io::Error`] when the file can't be read, and as for [`Module::new`].
    ///
    /// ```no_run
    /// use vellum::{Engine, Module};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let module = Module::from_file(&Engine::default(), "guest.wasm")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn from_file(engine: &Engine, path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let named = |error: io::Error| {
            Error::host(io::Error::new(error.kind(), format!("{}: {error}", path.display())))
        };
        Self::new(engine, fs::read(path).map_err(named)?)
    }
}
