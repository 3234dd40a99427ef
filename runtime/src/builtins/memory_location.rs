//! Reaching a memory, in the instance's own world or in another one.

use crate::error::Error;
use crate::world::{LocalMemory, RemoteMemory, StoreMut, Suspension, World};
use alloc::{boxed::Box, vec, vec::Vec};
use wasmi::Val;

/// Where a memory of an instance is.
pub(super) enum MemoryLocation {
    /// In the instance's store.
    Own(LocalMemory),
    /// In the world of another engine, reached by locked access: the entry in the instance's own
    /// world, which alone holds the other one.
    Locked(usize),
}

/// The memory of another engine that an entry of a world stands for.
pub(super) fn remote_memory(world: &World, entry: usize) -> Result<&RemoteMemory, Error> {
    world.remote_memory(entry).ok_or(Error::WrongStore)
}

/// What a helper gives its guest.
pub(super) trait IntoValues: 'static {
    fn into_values(self) -> Vec<Val>;
}

impl IntoValues for () {
    fn into_values(self) -> Vec<Val> {
        Vec::new()
    }
}

impl IntoValues for u32 {
    fn into_values(self) -> Vec<Val> {
        vec![Val::I32(self.cast_signed())]
    }
}

impl IntoValues for u64 {
    fn into_values(self) -> Vec<Val> {
        vec![Val::I64(self.cast_signed())]
    }
}

/// Whether the guest runs in slices, under the lock of its own world, and its call can be suspended.
pub(super) fn can_suspend(world: &World) -> bool {
    world.engine.config().has_threads() && world.uninterrupted == 0
}

/// Suspends a guest until `work` is done, which is begun when the lock of the guest's world is free.
pub(super) fn suspend<R: IntoValues>(
    world: &World,
    work: impl FnOnce() -> Result<R, Error> + Send + 'static,
) -> Error {
    let work = async move { work().map(IntoValues::into_values) };
    world.suspension.suspend(Suspension::Work(Box::pin(work)))
}

/// Does `f` to a memory of another world, under its lock.
///
/// A guest that holds the lock of its own world does not wait for that of the other one, whose guest
/// may want the first: it is suspended, and waits when it holds none.
fn locked<R: IntoValues>(
    world: &World,
    entry: usize,
    f: impl FnOnce(&mut StoreMut<'_>, LocalMemory) -> Result<R, Error> + Clone + Send + 'static,
) -> Result<R, Error> {
    let memory = remote_memory(world, entry)?;
    if !can_suspend(world) {
        return memory.with_store(f);
    }
    if let Some(given) = memory.try_with_store(f.clone())? {
        return Ok(given);
    }
    let memory = memory.clone();
    Err(suspend(world, move || memory.with_store(f)))
}

impl MemoryLocation {
    /// Does `f` to the memory, under the lock of its world.
    pub(super) fn with_store<R: IntoValues>(
        &self,
        store: &mut StoreMut<'_>,
        f: impl FnOnce(&mut StoreMut<'_>, LocalMemory) -> Result<R, Error> + Clone + Send + 'static,
    ) -> Result<R, Error> {
        match self {
            Self::Own(place) => f(store, *place),
            Self::Locked(entry) => locked(store.data(), *entry, f),
        }
    }
}
