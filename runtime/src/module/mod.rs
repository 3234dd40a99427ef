//! Modules: prepared, validated and translated, ready to be instantiated.

mod admission;
mod asynchronous;
pub(crate) mod bytes;
mod checked;
mod export_order;
#[cfg(feature = "std")]
mod file;
pub(crate) mod import_order;
mod imports_only;
mod interface;
mod load;
mod loaded;
mod memory_exports;
mod name;
pub(crate) mod parts;
pub(crate) mod resources;
#[cfg(feature = "signed")]
pub(crate) mod signed;
#[cfg(feature = "wat")]
mod text;
mod translator_buffers;
pub(crate) mod types;
#[cfg(feature = "validate")]
mod validate;

use crate::compartment::{inside::Inside, place::Place};
use crate::engine::Engine;
use crate::error::Error;
use alloc::sync::Arc;
use bytes::ModuleBytes;
use core::{
    fmt,
    ops::{Deref, Range},
};
use import_order::ImportOrder;
use loaded::Loaded;
use parts::Parts;
use vellum_prepare::{DataSegment, Helper, MemoryDecl, Names};

/// A module of an engine; cheap to clone.
///
/// ```
/// use vellum::{Config, Engine, Instance, Module, Store};
///
/// # fn main() -> Result<(), vellum::Error> {
/// let engine = Engine::new(&Config::new())?;
/// let text = r#"(module (func (export "one") (result i32) (i32.const 1)))"#;
/// let module = Module::new(&engine, wat::parse_str(text).expect("the text is valid"))?;
/// assert_eq!(module.exports().map(|export| export.name()).collect::<Vec<_>>(), ["one"]);
/// // Translated once, it has any number of instances.
/// for _ in 0..2 {
///     Instance::new(&mut Store::new(&engine, ()), &module, &[])?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Module(Arc<ModuleInner>);

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (imports, exports) = (self.import_count(), self.exports().count());
        f.debug_struct("Module")
            .field("imports", &imports)
            .field("exports", &exports)
            .finish_non_exhaustive()
    }
}

struct ModuleInner {
    loaded: Inside<Loaded>,
    kept: ModuleBytes,
    engine: Engine,
}

/// What the bound of a load counts for it, on a 32-bit target; the two words are its counts of references.
const _: () = assert!(
    size_of::<ModuleInner>() + 2 * size_of::<usize>()
        <= vellum_prepare::Bound::MODULE * (size_of::<usize>() / size_of::<u32>())
);

impl Deref for ModuleInner {
    type Target = Loaded;

    fn deref(&self) -> &Loaded {
        &self.loaded
    }
}

impl Module {
    /// Loads a module: checks it against the engine's limits, prepares, validates and translates
    /// it. Of an engine with a [key](crate::Config) its signature is checked before anything else.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidModule`] with the byte of the input, [`Error::LimitExceeded`] past a limit
    /// of the engine, [`Error::OutOfPages`] when it has functions and its memories reserve more than
    /// the whole pool, [`Error::OutOfHeap`] when its code would not fit the heap. All but faults in its
    /// code are found before anything is translated. Of an engine with threads and a compartment
    /// [`Error::WouldDeadlock`] in a host function of another such engine, while a guest runs or a module is loaded
    /// for long.
    pub fn new(engine: &Engine, bytes: impl Into<ModuleBytes>) -> Result<Self, Error> {
        Self::load(engine, bytes.into(), &[])
    }

    /// As [`Module::new`], where these of its memories, by index, are reached by locked access. On an
    /// engine with threads this is how a guest uses the [`SharedMemory`](crate::SharedMemory) of
    /// another engine; on one without, all shared memories are reached so anyway.
    ///
    /// # Errors
    ///
    /// As for [`Module::new`], and when it has vector instructions that reach one of these memories;
    /// [`Error::Config`] when it has no memory of one of these indices.
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
    pub fn with_locked(
        engine: &Engine,
        bytes: impl Into<ModuleBytes>,
        memories: &[u32],
    ) -> Result<Self, Error> {
        Self::load(engine, bytes.into(), memories)
    }

    /// Few bytes of native stack are in use here while the interpreter loads, which takes most of
    /// what a small chip has: each step has a frame of its own.
    fn load(engine: &Engine, bytes: ModuleBytes, locked: &[u32]) -> Result<Self, Error> {
        #[cfg(feature = "wat")]
        let bytes = text::binary(engine, bytes)?;
        let given = bytes.as_ref();
        let loaded = engine.attempt(|| Loaded::sealed(engine, given, locked));
        Self::of(engine, bytes, loaded)
    }

    /// The module of these bytes, which were loaded.
    fn of(
        engine: &Engine,
        bytes: ModuleBytes,
        loaded: Result<Loaded, Error>,
    ) -> Result<Self, Error> {
        let mut loaded = Inside::new(engine.place(), loaded?);
        let kept = match loaded.parts {
            Some(_) => bytes,
            None => bytes.into_kept(&mut loaded.data)?,
        };
        Ok(Self(Arc::new(ModuleInner { loaded, kept, engine: engine.clone() })))
    }

    /// The engine that the module belongs to.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    fn place(&self) -> &Place {
        self.0.engine.place()
    }

    /// The interpreter's module, unless its compartment refuses: then nothing of it is to be read.
    fn known(&self) -> Option<&wasmi::Module> {
        self.place().check().ok()?;
        Some(&self.0.wasmi)
    }

    /// Whether an export of that name is not the guest's own.
    pub(crate) fn hides(&self, export: &str) -> bool {
        #[cfg(feature = "backtrace")]
        if crate::backtrace::names::is_export(export) {
            return true;
        }
        self.0.names.contains(export) || (self.0.parts.is_some() && Parts::exports(export))
    }

    /// Whether the module has a start function, which runs when it is instantiated.
    ///
    /// ```
    /// use vellum::{Config, Engine, Module};
    ///
    /// # fn main() -> Result<(), vellum::Error> {
    /// let engine = Engine::new(&Config::new())?;
    /// let module = |text| Module::new(&engine, wat::parse_str(text).expect("the text is valid"));
    /// assert!(module("(module (func $f) (start $f))")?.has_start());
    /// assert!(!module(r#"(module (func (export "_start")))"#)?.has_start());
    /// # Ok(())
    /// # }
    /// ```
    pub fn has_start(&self) -> bool {
        self.0.start
    }

    pub(crate) fn wasmi(&self) -> &wasmi::Module {
        &self.0.wasmi
    }

    /// How many imports the module has, without those that the runtime gives it.
    pub(crate) fn import_count(&self) -> usize {
        if self.known().is_none() {
            return 0;
        }
        self.0.import_count().saturating_sub(usize::from(self.0.parts.is_some()))
    }

    /// Where its parts are, if it is one in parts.
    pub(crate) fn parts(&self) -> Option<&Parts> {
        self.0.parts.as_ref()
    }

    /// Loads a part of the module, which has no parts of its own.
    ///
    /// # Errors
    ///
    /// As for [`Module::new`].
    pub(crate) fn part(&self, part: Range<usize>) -> Result<Self, Error> {
        let start = part.start;
        let bytes = self.bytes().get(part).ok_or(Error::ModuleBytes)?;
        let loaded = self.engine().attempt(|| Loaded::part(self.engine(), bytes, start));
        Self::of(self.engine(), ModuleBytes::from(&[]), loaded)
    }

    pub(crate) fn import_order(&self) -> &ImportOrder {
        &self.0.imports
    }

    /// The bytes in which the data segments are. There are fewer than that only of an owner that gives
    /// others than before.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.kept.as_ref()
    }

    pub(crate) fn memories(&self) -> &[MemoryDecl] {
        self.known().map_or(&[], |_| &self.0.memories)
    }

    pub(crate) fn data(&self) -> &[DataSegment] {
        &self.0.data
    }

    /// Bytes of heap that an instance may take, at most.
    pub(crate) fn instance_heap(&self) -> usize {
        self.0.instance_heap.instance
    }

    /// Bytes of heap that a linker may take for the functions that the module imports, at most.
    pub(crate) fn imports_heap(&self) -> usize {
        self.0.instance_heap.imports
    }

    /// How many tables the module defines.
    pub(crate) fn tables(&self) -> usize {
        self.0.tables
    }

    /// What the code calls in the host, by slot of its table.
    pub(crate) fn helpers(&self) -> &[Helper] {
        &self.0.helpers
    }

    pub(crate) fn names(&self) -> &Names {
        &self.0.names
    }
}
