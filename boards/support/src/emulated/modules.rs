//! Where a module lies that the host hands over: out of the heap, in one buffer for one module.

#![expect(unsafe_code, reason = "lends a static buffer for ever, to those who give it back")]

use core::{
    cell::UnsafeCell,
    fmt,
    sync::atomic::{AtomicBool, Ordering},
};

use vellum_scenarios::runner::Failure;

use super::host::{self, ReadError};

/// A buffer for a module, in a `static`.
pub struct ModuleBuffer<B: ?Sized = [u8]> {
    taken: AtomicBool,
    bytes: UnsafeCell<B>,
}

// SAFETY: the bytes are reached only through the one `Modules` that `take` gives.
unsafe impl<B: ?Sized + Send> Sync for ModuleBuffer<B> {}

impl<const N: usize> ModuleBuffer<[u8; N]> {
    /// An empty buffer of `N` bytes.
    #[expect(clippy::new_without_default, reason = "a buffer is a static, made by a const fn")]
    pub const fn new() -> Self {
        Self { taken: AtomicBool::new(false), bytes: UnsafeCell::new([0; N]) }
    }
}

impl<B: ?Sized> fmt::Debug for ModuleBuffer<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModuleBuffer").finish_non_exhaustive()
    }
}

impl ModuleBuffer {
    /// The buffer's one user; `None` after the first time.
    pub(super) fn take(&'static self) -> Option<Modules> {
        if self.taken.swap(true, Ordering::AcqRel) {
            return None;
        }
        // SAFETY: the swap lets only one caller come here, so this is the only reference.
        Some(Modules(unsafe { &mut *self.bytes.get() }))
    }
}

/// Loads modules one after the other.
pub(super) struct Modules(&'static mut [u8]);

impl Modules {
    /// Reads the module in the host's file `path` and hands it to `run`.
    pub(super) fn with(
        &mut self,
        path: &str,
        run: impl FnOnce(&'static [u8]) -> Result<(), Failure>,
    ) -> Result<Result<(), Failure>, ReadError> {
        let length = host::read(path, self.0)?;
        let module = self.0.get(..length).unwrap_or_default();
        // SAFETY: the callers in this crate pass closures that do nothing but run the module
        // as a job or as a benchmark, or scripts. These drop all that was made from it before
        // they return, and nothing of it is in their result; only then are the bytes changed.
        let module = unsafe { &*core::ptr::from_ref(module) };
        Ok(run(module))
    }
}
