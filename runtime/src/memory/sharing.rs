//! From a store's memory to the shared memory that it is a view of.

use super::{Memory, shared::SharedMemory};
use crate::error::Error;
use crate::store::as_context::AsContext;
use crate::world::{LockedMemory, WorldHandle};

impl Memory {
    /// The memory as one that other stores, of any engine, may be given too; `None` if it is not
    /// shared. So a shared memory that a guest defines and exports reaches others.
    ///
    /// # Errors
    ///
    /// As for [`Memory::ty`].
    #[cfg_attr(docsrs, doc(cfg(feature = "threads")))]
    pub fn to_shared(&self, store: impl AsContext) -> Result<Option<SharedMemory>, Error> {
        let context = store.as_context();
        if let Some(remote) = self.locked(context)? {
            let LockedMemory { threads, ref shared, place, ty } = *remote;
            let shared = shared.owned();
            return Ok(Some(SharedMemory::of(LockedMemory { threads, shared, place, ty })));
        }
        let ty = self.ty(context)?;
        let threads = context.engine().config().proof().filter(|_| ty.is_shared());
        Ok(threads.map(|threads| {
            let shared = WorldHandle::of(context.engine(), threads);
            SharedMemory::of(LockedMemory { threads, shared, place: self.place(), ty })
        }))
    }
}
