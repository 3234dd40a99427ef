//! The one error type at the runtime's edge.

pub(crate) mod config;
pub(crate) mod convert;
mod display;
mod from;
pub(crate) mod import;
pub(crate) mod kind;
pub(crate) mod limit;
mod relocate;
pub(crate) mod trap;

use crate::types::{ExternKind, func::FuncType};
use alloc::boxed::Box;
use config::ConfigError;
use import::ImportMismatch;
use limit::{Limit, LimitExceeded};
use trap::Trap;
#[cfg(feature = "compartments")]
use vellum_compartment::RunError;
use vellum_memory::{AccessError, MemoryError, OutOfPages};
#[cfg(feature = "signed")]
use vellum_sign::SignatureError;

/// An error of the embedder's own, carried through a guest.
pub type HostError = Box<dyn core::error::Error + Send + Sync>;

/// Everything that can go wrong between an embedder and its guests.
///
/// `Display` gives one line that names what happened and, where it is known, where. What is to blame
/// is told by [`Error::kind`].
///
/// ```
/// use vellum::{Config, Engine, Error, ErrorKind, Instance, Module, Store, Trap};
///
/// # fn main() -> Result<(), Error> {
/// let engine = Engine::new(&Config::new())?;
/// let text = r#"(module (func (export "run") unreachable))"#;
/// let module = Module::new(&engine, wat::parse_str(text).expect("the text is valid"))?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let run = instance.get_typed_func::<(), ()>(&store, "run")?;
/// match run.call(&mut store, ()) {
///     Err(Error::Trap(trap)) => assert_eq!(trap, Trap::Unreachable),
///     other => return other,
/// }
/// let error = instance.get_memory(&store, "memory").expect_err("there is none");
/// assert_eq!(error.kind(), ErrorKind::Usage);
/// assert_eq!(error.to_string(), r#"unknown export: "memory""#);
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// The module is malformed, or not valid under the features of the engine.
    InvalidModule {
        /// Byte of the module's input at which the fault was found; none of a function that is
        /// validated at its first call.
        offset: Option<usize>,
        /// What was found.
        message: Box<str>,
    },
    /// The module is not signed as the [engine](crate::Config::signed_by) wants it. Nothing of it was read.
    #[cfg(feature = "signed")]
    Signature(SignatureError),
    /// The guest trapped.
    Trap(Trap),
    /// The guest used up its fuel.
    OutOfFuel,
    /// The guest was stopped by an `InterruptHandle` of its store. All calls of the store end with this
    /// until it is cleared by [`Store::clear_interrupt`](crate::Store::clear_interrupt).
    #[cfg(feature = "interruption")]
    Interrupted,
    /// The guest ran until the [deadline](crate::Store::set_deadline) of its store. All calls of the store
    /// end with this until it has another one.
    #[cfg(feature = "interruption")]
    DeadlineExceeded,
    /// The page pool has no run that is long enough.
    OutOfPages(OutOfPages),
    /// The heap has too little room for what is asked.
    OutOfHeap {
        /// Bytes needed; 0 where the interpreter ran out and does not say.
        needed: usize,
        /// Bytes free, as [`Config::heap_free`](crate::Config::heap_free) told.
        free: usize,
    },
    /// A limit of the engine or the store was exceeded.
    LimitExceeded(LimitExceeded),
    /// The owner of a module's bytes, given by [`ModuleBytes::from_owner`](crate::ModuleBytes::from_owner),
    /// gives fewer than when the module was loaded.
    ModuleBytes,
    /// The module imports what nobody defined.
    UnknownImport {
        /// The import's module name.
        module: Box<str>,
        /// The import's own name.
        name: Box<str>,
    },
    /// The module imports what is defined with another type.
    IncompatibleImport {
        /// The import's module name.
        module: Box<str>,
        /// The import's own name.
        name: Box<str>,
        /// What does not match.
        mismatch: ImportMismatch,
    },
    /// [`Instance::new`](crate::Instance::new) was given too few externs, or too many.
    ImportCount {
        /// Imports that the module has.
        expected: usize,
        /// Externs that were given.
        found: usize,
    },
    /// The instance exports nothing of that name.
    UnknownExport(Box<str>),
    /// The instance exports something of another kind under that name.
    IncompatibleExport {
        /// The export's name.
        name: Box<str>,
        /// What was asked for.
        expected: ExternKind,
        /// What is exported.
        found: ExternKind,
    },
    /// The function that the instance exports under that name has another type.
    IncompatibleFunc {
        /// The export's name.
        name: Box<str>,
        /// The type that was asked for.
        expected: Box<FuncType>,
        /// The type of the function.
        found: Box<FuncType>,
    },
    /// Arguments, results or a typed view that do not match the function's type, given here.
    WrongArguments(FuncType),
    /// A handle was used with a store that it does not belong to.
    WrongStore,
    /// A module or a linker was used with an engine that it does not belong to.
    WrongEngine,
    /// A value does not have the type of the global or table it is written to.
    WrongType,
    /// A global that is not mutable was to be changed.
    ImmutableGlobal,
    /// The host reached outside a memory.
    Access(AccessError),
    /// A memory type that the specification does not allow, or a memory that cannot grow so far:
    /// past its maximum, or past the pages reserved for it.
    Memory(MemoryError),
    /// The host reached outside a table, or asked it to grow too far.
    TableOutOfBounds,
    /// Bytes can't be borrowed: those of a store with threads are borrowed from
    /// [`Store::lock`](crate::Store::lock), and those of another engine's memory only copied.
    CannotBorrow,
    /// The engine is not configured for what is asked of it.
    Config(ConfigError),
    /// The name is defined in this linker already.
    DuplicateDefinition {
        /// The definition's module name.
        module: Box<str>,
        /// The definition's own name.
        name: Box<str>,
    },
    /// The lock of the engine's world, or of a shared memory, is held by who asks for it: inside a
    /// host function the store is reached through its [`Caller`](crate::Caller). Or it can't be had in
    /// bounded time by a context that holds that of another world, or a guest waits where nothing else could go
    /// on.
    WouldDeadlock,
    /// The mailbox is attached to a shared memory already.
    AlreadyAttached,
    /// A guest waits, without a time limit, for what nobody is left to do.
    Deadlock,
    /// A host function that [returns later](crate::Func::wrap_async) was called on an engine without
    /// [threads](crate::Config::threads) by a call that blocks: use
    /// [`call_async`](crate::Func::call_async). Also what a host function returns that puts its guest to
    /// [sleep](crate::Caller::sleep).
    Suspended,
    /// The guest ended its program with this code, where 0 means success.
    Exit(i32),
    /// An error of a host function.
    Host(HostError),
    /// The engine's [compartment](crate::Config::compartment) can't go on, or is in use. What ran in it
    /// is gone when its native stack overflowed; where its heap was used up the error is
    /// [`Error::OutOfHeap`].
    #[cfg(feature = "compartments")]
    Compartment(RunError),
    /// A fault of the runtime itself, which no use of it should lead to.
    Internal(&'static str),
}

impl Error {
    /// Wraps an error of the embedder's own, to return it from a host function.
    pub fn host(error: impl Into<HostError>) -> Self {
        Self::Host(error.into())
    }

    /// The embedder's own error, if this is one and has type `E`.
    pub fn downcast_ref<E: core::error::Error + 'static>(&self) -> Option<&E> {
        match self {
            Self::Host(error) => error.downcast_ref(),
            _ => None,
        }
    }

    pub(crate) fn limit(limit: Limit, maximum: u64, found: u64) -> Self {
        Self::LimitExceeded(LimitExceeded { limit, maximum, found })
    }
}

impl core::error::Error for Error {}
