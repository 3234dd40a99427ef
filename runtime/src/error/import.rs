//! Why an import does not fit.

use crate::types::func::FuncType;
use alloc::boxed::Box;
use core::fmt;

/// Why something does not fit the import that it is given to.
///
/// ```
/// use vellum::{
///     Config, Engine, Error, ImportMismatch, Linker, Memory, MemoryType, Module, PAGE_SIZE,
///     PagePool, Store,
/// };
///
/// static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// # fn main() -> Result<(), Error> {
/// let engine = Engine::new(Config::new().page_pool(&PAGES).threads(true))?;
/// let text = r#"(module (import "env" "memory" (memory 1 1 shared)))"#;
/// let module = Module::new(&engine, wat::parse_str(text).expect("the text is valid"))?;
/// let mut store = Store::new(&engine, ());
/// let memory = Memory::new(&mut store, MemoryType::new(1, Some(1)))?;
/// let mut linker = Linker::new(&engine);
/// linker.define("env", "memory", memory)?;
/// let error = linker.instantiate(&mut store, &module).expect_err("it is private");
/// let Error::IncompatibleImport { mismatch, .. } = error else { return Err(error) };
/// assert_eq!(mismatch, ImportMismatch::SharedExpected);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImportMismatch {
    /// It is a function of another type.
    Func {
        /// The type that the module declares.
        expected: Box<FuncType>,
        /// The type of the function.
        found: Box<FuncType>,
    },
    /// It is of another kind or type, or has other limits.
    Type,
    /// The module imports a private memory, and a shared one is given.
    PrivateExpected,
    /// The module imports a shared memory, and a private one is given.
    SharedExpected,
    /// The memory is another engine's, and the module is not loaded by
    /// [`Module::with_locked`](crate::Module::with_locked).
    OtherEngine,
}

impl fmt::Display for ImportMismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Func { expected, found } => {
                return write!(f, "expected func {expected}, found func {found}");
            }
            Self::Type => "another type is defined",
            Self::PrivateExpected => "expected a private memory, found a shared one",
            Self::SharedExpected => "expected a shared memory, found a private one",
            Self::OtherEngine => "the memory is another engine's: use Module::with_locked",
        })
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for ImportMismatch {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::write!(f, "{}", defmt::Display2Format(self));
    }
}
