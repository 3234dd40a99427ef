//! Loads a part of a module when one of its functions is called first.

#![expect(unsafe_code, reason = "the interpreter's functions use what their world keeps")]

use super::make::make_of;
use crate::compartment::place::host;
use crate::engine::heap::fits;
use crate::error::Error;
use crate::module::{Module, parts::Parts};
use crate::world::{StoreMut, World, inside::inside, kept::Kept};
use alloc::{sync::Arc, vec::Vec};
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use wasmi::{AsContextMut as _, Caller, Func};

/// Only a module that was not split by `vellum-split` loads what it has not.
const INVALID: Error = Error::Internal("the module's code does not fit its parts");

/// Upper bound of the heap that a loader takes, besides a byte for each part.
const HEAP: usize = 128 * size_of::<usize>();

/// What loads the parts of an instance.
struct Loader {
    module: Module,
    /// Which parts it has, or is about to have.
    loaded: Vec<AtomicBool>,
}

/// The function that loads parts for a new instance of `module`, if it is one in parts.
pub(super) fn loader(store: &mut StoreMut<'_>, module: &Module) -> Result<Option<Func>, Error> {
    let Some(parts) = module.parts() else { return Ok(None) };
    let config = module.engine().config();
    fits(config, module.instance_heap().saturating_add(HEAP + parts.count()))?;
    let loaded = (0..parts.count()).map(|_| AtomicBool::new(false)).collect();
    let loader = Arc::new(Loader { module: module.clone(), loaded });
    // SAFETY: the store's world keeps it from now on.
    let known = unsafe { Kept::of(&loader) };
    store.data_mut().keep(loader);
    let load = move |mut caller: Caller<'_, World>, function: u32| -> Result<(), wasmi::Error> {
        host!(|| known.load(&mut caller, function))
    };
    inside(store, |store| Func::wrap(store, load)).map(Some)
}

impl Loader {
    /// Loads the part of a function, for the instance that calls. What fails is as if it had not been
    /// called.
    fn load(&self, caller: &mut Caller<'_, World>, function: u32) -> Result<(), Error> {
        let parts = self.module.parts().ok_or(INVALID)?;
        let part = parts.of_function(self.module.bytes(), function).ok_or(INVALID)?;
        let loaded = self.loaded.get(part).ok_or(INVALID)?;
        if loaded.swap(true, Relaxed) {
            return Err(INVALID);
        }
        let made = self.make(caller, parts, part);
        if made.is_err() {
            loaded.store(false, Relaxed);
        }
        made
    }

    fn make(
        &self,
        caller: &mut Caller<'_, World>,
        parts: &Parts,
        part: usize,
    ) -> Result<(), Error> {
        let bytes = parts.range(self.module.bytes(), part).ok_or(INVALID)?;
        let part = self.module.part(bytes)?;
        let imports = part.imports().map(|import| caller.get_export(import.name()).ok_or(INVALID));
        let imports = imports.collect::<Result<Vec<_>, _>>()?;
        fits(part.engine().config(), part.instance_heap())?;
        make_of(&mut caller.as_context_mut(), &part, imports)?;
        Ok(())
    }
}
