//! The name that a module gives itself.

use super::{Module, bytes::exactly};
use crate::error::Error;
use alloc::boxed::Box;

impl Module {
    /// The name that the module has in its custom section `name`, if it has one.
    ///
    /// Its bytes are copied to the heap when the module is loaded. Nothing else of that section is kept,
    /// and a module without a name costs no heap.
    ///
    /// ```
    /// use vellum::{Config, Engine, Module};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(&Config::new())?;
    /// let module = |text| Module::new(&engine, wat::parse_str(text).expect("the text is valid"));
    /// assert_eq!(module("(module $blinky (func $main))")?.name(), Some("blinky"));
    /// assert_eq!(module("(module (func $main))")?.name(), None);
    /// # Ok(())
    /// # }
    /// ```
    pub fn name(&self) -> Option<&str> {
        self.known()?;
        str::from_utf8(self.0.name.as_deref()?).ok()
    }
}

/// A copy of the name on the heap.
pub(super) fn copy(name: &str) -> Result<Box<[u8]>, Error> {
    let mut copy = exactly(name.len())?;
    copy.extend_from_slice(name.as_bytes());
    Ok(copy.into_boxed_slice())
}
