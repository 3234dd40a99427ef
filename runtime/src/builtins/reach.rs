//! Reaching a memory, in the instance's own world or in another one.

use crate::error::Error;
use crate::schedule::suspend::Pending;
use crate::values::Val;
use crate::world::{StoreMut, World, local_memory::Place, remote::Foreign};
use alloc::{boxed::Box, vec, vec::Vec};

/// Where a memory of an instance is.
pub(super) enum Spot {
    /// In the instance's store.
    Own(Place),
    /// In the world of another engine, reached by locked access: the entry in the instance's own
    /// world, which alone holds the other one.
    Locked(usize),
}

/// The memory of another engine that an entry of a world stands for.
pub(super) fn foreign(world: &World, entry: usize) -> Result<&Foreign, Error> {
    world.foreign(entry).ok_or(Error::WrongStore)
}

/// What a helper gives its guest.
pub(super) trait Given: 'static {
    fn into_values(self) -> Vec<Val>;
}

impl Given for () {
    fn into_values(self) -> Vec<Val> {
        Vec::new()
    }
}

impl Given for u32 {
    fn into_values(self) -> Vec<Val> {
        vec![Val::I32(self.cast_signed())]
    }
}

impl Given for u64 {
    fn into_values(self) -> Vec<Val> {
        vec![Val::I64(self.cast_signed())]
    }
}

/// Whether the guest runs in slices, under the lock of its own world, and its call can be suspended.
pub(super) fn is_sliced(world: &World) -> bool {
    world.engine.config().has_threads() && world.uninterrupted == 0
}

/// Suspends a guest until `work` is done, which is begun when the lock of the guest's world is free.
pub(super) fn later<R: Given>(work: impl FnOnce() -> Result<R, Error> + Send + 'static) -> Error {
    let work = async move { work().map(Given::into_values) };
    Pending::Host(Box::pin(work)).into_error()
}

/// Does `f` to a memory of another world, under its lock.
///
/// A guest that holds the lock of its own world does not wait for that of the other one, whose guest
/// may want the first: it is suspended, and waits when it holds none.
fn locked<R: Given>(
    world: &World,
    entry: usize,
    f: impl FnOnce(&mut StoreMut<'_>, Place) -> Result<R, Error> + Clone + Send + 'static,
) -> Result<R, Error> {
    let memory = foreign(world, entry)?;
    if !is_sliced(world) {
        return memory.reach(f);
    }
    if let Some(given) = memory.reach_soon(f.clone())? {
        return Ok(given);
    }
    let memory = memory.clone();
    Err(later(move || memory.reach(f)))
}

impl Spot {
    /// Does `f` to the memory, under the lock of its world.
    pub(super) fn reach<R: Given>(
        &self,
        store: &mut StoreMut<'_>,
        f: impl FnOnce(&mut StoreMut<'_>, Place) -> Result<R, Error> + Clone + Send + 'static,
    ) -> Result<R, Error> {
        match self {
            Self::Own(place) => f(store, *place),
            Self::Locked(entry) => locked(store.data(), *entry, f),
        }
    }
}
