//! What an instance has inside, for debuggers.

use super::Instance;
use crate::backtrace::{frame::FrameInfo, names};
use crate::error::Error;
use crate::memory::Memory;
use crate::store::as_context::AsContext;
use crate::values::{externs::Extern, global::Global};

impl Instance {
    /// The instance whose function a frame of `store` is, `None` if it is that of a thread which a guest has
    /// started.
    #[cfg_attr(docsrs, doc(cfg(feature = "backtrace")))]
    pub fn of_frame(store: impl AsContext, frame: &FrameInfo) -> Option<Self> {
        Some(Self { store: store.as_context().id(), entry: frame.entry? })
    }

    /// The memory of that index in the module that was instrumented, imported ones first; `None` past the
    /// last, and of modules that are not instrumented for core dumps.
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the instance belongs to another store.
    #[cfg_attr(docsrs, doc(cfg(feature = "backtrace")))]
    pub fn debug_memory(&self, store: impl AsContext, index: u32) -> Result<Option<Memory>, Error> {
        Ok(self.debug_export(store, &names::memory(index))?.and_then(Extern::into_memory))
    }

    /// The global of that index; see [`Instance::debug_memory`].
    ///
    /// # Errors
    ///
    /// [`Error::WrongStore`] when the instance belongs to another store.
    #[cfg_attr(docsrs, doc(cfg(feature = "backtrace")))]
    pub fn debug_global(&self, store: impl AsContext, index: u32) -> Result<Option<Global>, Error> {
        Ok(self.debug_export(store, &names::global(index))?.and_then(Extern::into_global))
    }

    fn debug_export(&self, store: impl AsContext, name: &str) -> Result<Option<Extern>, Error> {
        self.with_entry(&store, |store, entry| {
            let value = entry.inner.get_export(store, name)?;
            Some(Extern::from_wasmi(store, self.store, value))
        })
    }
}
