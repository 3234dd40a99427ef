//! What is to blame for an error.

use super::Error;
#[cfg(feature = "compartments")]
use vellum_compartment::RunError;

/// What is to blame for an [`Error`].
///
/// ```
/// use vellum::{Engine, Error, ErrorKind, Config, Memory, MemoryType, PAGE_SIZE, PagePool, Store};
///
/// static PAGES: PagePool<[u8; PAGE_SIZE]> = PagePool::new();
///
/// # fn main() -> Result<(), Error> {
/// let engine = Engine::new(Config::new().page_pool(&PAGES))?;
/// let mut store = Store::new(&engine, ());
/// let error = Memory::new(&mut store, MemoryType::new(2, None)).expect_err("there is one page");
/// assert_eq!(error.kind(), ErrorKind::Resources);
/// assert_eq!(store.set_fuel(1).expect_err("none is counted").kind(), ErrorKind::Usage);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ErrorKind {
    /// The module is invalid, not signed by whom it should be, or imports what it is not given.
    Module,
    /// The guest: it trapped, used up its fuel, waits for ever, or ended itself.
    Guest,
    /// The embedder, who stopped the guest by a handle or a deadline.
    #[cfg(feature = "interruption")]
    Interruption,
    /// The caller, who asked for what can't be, or configured the engine for something else.
    Usage,
    /// A limit that the embedder has set, or one of the runtime.
    Limit,
    /// The machine, which has too few pages or too little heap.
    Resources,
    /// A host function of the embedder.
    Host,
    /// The runtime itself: a fault that is to be reported.
    Internal,
}

impl Error {
    /// What is to blame.
    pub const fn kind(&self) -> ErrorKind {
        match self {
            Self::InvalidModule { .. }
            | Self::UnknownImport { .. }
            | Self::IncompatibleImport { .. } => ErrorKind::Module,
            #[cfg(feature = "signed")]
            Self::Signature(_) => ErrorKind::Module,
            Self::Trap(_) | Self::OutOfFuel | Self::Deadlock | Self::Exit(_) => ErrorKind::Guest,
            #[cfg(feature = "interruption")]
            Self::Interrupted | Self::DeadlineExceeded => ErrorKind::Interruption,
            Self::OutOfPages(_) | Self::OutOfHeap { .. } => ErrorKind::Resources,
            Self::LimitExceeded(_) => ErrorKind::Limit,
            Self::ImportCount { .. }
            | Self::ModuleBytes
            | Self::UnknownExport(_)
            | Self::IncompatibleExport { .. }
            | Self::IncompatibleFunc { .. }
            | Self::WrongArguments(_)
            | Self::WrongStore
            | Self::WrongEngine
            | Self::WrongType
            | Self::ImmutableGlobal
            | Self::Access(_)
            | Self::Memory(_)
            | Self::TableOutOfBounds
            | Self::CannotBorrow
            | Self::Config(_)
            | Self::DuplicateDefinition { .. }
            | Self::WouldDeadlock
            | Self::AlreadyAttached
            | Self::Suspended => ErrorKind::Usage,
            #[cfg(feature = "compartments")]
            Self::Compartment(RunError::StackOverflow) => ErrorKind::Resources,
            #[cfg(feature = "compartments")]
            Self::Compartment(_) => ErrorKind::Usage,
            Self::Host(_) => ErrorKind::Host,
            Self::Internal(_) => ErrorKind::Internal,
        }
    }
}
