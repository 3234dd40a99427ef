//! A function that was active when a call failed.

use crate::module::Module;
use core::fmt;

/// A function that was active when a call failed.
///
/// ```
/// # #[cfg(feature = "backtrace")] {
/// use vellum::{FrameInfo, Store};
///
/// /// The function where a guest of `store` failed, by its index and the offset in it.
/// fn innermost(store: &Store<()>) -> Option<(u32, usize)> {
///     let frame: &FrameInfo = store.backtrace()?.frames().first()?;
///     Some((frame.func_index()?, frame.module_offset()))
/// }
/// # let engine = vellum::Engine::new(&vellum::Config::new()).unwrap();
/// assert_eq!(innermost(&Store::new(&engine, ())), None);
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct FrameInfo {
    pub(crate) module: Module,
    /// The entry of its instance, unless that is a thread's.
    pub(crate) entry: Option<usize>,
    pub(crate) func_index: Option<u32>,
    pub(crate) module_offset: u32,
    /// Its place in the backtrace, with the frames that are missing.
    pub(crate) number: u32,
}

impl FrameInfo {
    /// The module that the function is of.
    pub fn module(&self) -> &Module {
        &self.module
    }

    /// The index of the function in the module that was instrumented, imported functions first. The
    /// innermost of a recursion that is deeper than the shadow stack has an offset only.
    pub fn func_index(&self) -> Option<u32> {
        self.func_index
    }

    /// The byte of the module that was instrumented at which the instruction begins that the function
    /// executed: a call, or what trapped.
    pub fn module_offset(&self) -> usize {
        self.module_offset as usize
    }

    /// The place of the frame in the backtrace: 0 for the innermost. Where frames are missing, their
    /// numbers are, too.
    pub fn number(&self) -> usize {
        self.number as usize
    }
}

impl fmt::Display for FrameInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.module.name().unwrap_or("<unknown>");
        write!(f, "{:>#6x} - {name}!", self.module_offset)?;
        match self.func_index {
            Some(index) => write!(f, "<wasm function {index}>"),
            None => f.write_str("<wasm function>"),
        }
    }
}
