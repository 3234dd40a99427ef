//! Filling and copying memories of which one, at least, is another engine's, or of a guest that can be
//! stopped: one operation under one lock, however long the block.

use super::{
    address::GuestAddress,
    instance_context::{BuiltinCaller, BuiltinResult, InstanceContext},
    memory_location::{MemoryLocation, can_suspend, remote_memory, suspend},
};
use crate::compartment::place::host;
use crate::error::{Error, trap::Trap};
use crate::world::{
    LocalMemory, StoreMut, WorldHandle, fuel, kept::Kept, local_memory::copy_within, pieces,
};
use wasmi::{AsContextMut as _, Func};

/// Bytes that a guest fills or copies for one unit of fuel.
pub(super) const BYTES_PER_FUEL: u64 = 64;

impl MemoryLocation {
    /// Copies between two memories.
    fn copy_from(
        &self,
        store: &mut StoreMut<'_>,
        to: usize,
        source: &Self,
        from: usize,
        length: usize,
    ) -> Result<(), Error> {
        let interruption = store.data().session.interruption.clone();
        match (self, source) {
            (Self::Own(target), Self::Own(source)) => {
                copy_within(store, *target, to, *source, from, length, interruption.as_ref())
            }
            (Self::Own(own), Self::Locked(other)) => {
                beside(store, *other, *own, move |own, other| {
                    pieces::copy(own, to, other, from, length, interruption.as_ref())
                })
            }
            (Self::Locked(other), Self::Own(own)) => {
                beside(store, *other, *own, move |own, other| {
                    pieces::copy(other, to, own, from, length, interruption.as_ref())
                })
            }
            (Self::Locked(target), Self::Locked(source)) => {
                let world = store.data();
                let (target, source) =
                    (remote_memory(world, *target)?, remote_memory(world, *source)?);
                if !can_suspend(world) {
                    return target.copy_from(to, source, from, length, interruption.as_ref());
                }
                let (target, source) = (target.clone(), source.clone());
                Err(suspend(world, move || {
                    target.copy_from(to, &source, from, length, interruption.as_ref())
                }))
            }
        }
    }
}

/// Does `f` to the bytes of a memory of this world and of one of another world, under both locks.
fn beside(
    store: &mut StoreMut<'_>,
    other: usize,
    own: LocalMemory,
    f: impl Fn(&mut [u8], &mut [u8]) -> Result<(), Error> + Send + 'static,
) -> Result<(), Error> {
    let both = move |store: &mut StoreMut<'_>, other: &mut StoreMut<'_>, place: LocalMemory| {
        f(own.memory.data_mut(store), place.memory.data_mut(other))
    };
    let memory = remote_memory(store.data(), other)?.clone();
    if !can_suspend(store.data()) {
        return memory.with_store(|other, place| both(store, other, place));
    }
    if let Some(done) = memory.try_with_store(|other, place| both(store, other, place))? {
        return Ok(done);
    }
    let world = WorldHandle::of(&store.data().engine, memory.threads);
    // Never waits for one lock while it holds the other.
    Err(suspend(store.data(), move || {
        loop {
            let mut own = world.reach()?;
            let store = &mut (&mut *own.inner).into();
            if let Some(done) = memory.try_with_store(|other, place| both(store, other, place))? {
                return Ok(done);
            }
        }
    }))
}

fn size(value: impl GuestAddress) -> Result<usize, Error> {
    usize::try_from(value.unsigned()).map_err(|_| Trap::MemoryOutOfBounds.into())
}

pub(super) fn fill<A: GuestAddress>(
    store: &mut StoreMut<'_>,
    known: Kept<InstanceContext>,
) -> Func {
    let fill = move |mut caller: BuiltinCaller<'_>,
                     to: A,
                     value: u32,
                     length: A,
                     memory: i32|
          -> BuiltinResult<()> {
        host!(|| {
            let mut store = caller.as_context_mut();
            fuel::charge(&mut store, length.unsigned() / BYTES_PER_FUEL)?;
            fuel::shorten_slice(&mut store);
            let (to, length) = (size(to)?, size(length)?);
            let [value, ..] = value.to_le_bytes();
            let interruption = store.data().session.interruption.clone();
            known.memory_location(memory)?.with_store(&mut store, move |store, place| {
                let bytes = place.memory.data_mut(store);
                pieces::fill(bytes, to, value, length, interruption.as_ref())
            })
        })
    };
    Func::wrap(store, fill)
}

pub(super) fn copy<A: GuestAddress, B: GuestAddress, N: GuestAddress>(
    store: &mut StoreMut<'_>,
    known: Kept<InstanceContext>,
) -> Func {
    let copy = move |mut caller: BuiltinCaller<'_>,
                     to: A,
                     from: B,
                     length: N,
                     target: i32,
                     source: i32|
          -> BuiltinResult<()> {
        host!(|| {
            let mut store = caller.as_context_mut();
            fuel::charge(&mut store, length.unsigned() / BYTES_PER_FUEL)?;
            fuel::shorten_slice(&mut store);
            let (target, source) = (known.memory_location(target)?, known.memory_location(source)?);
            target.copy_from(&mut store, size(to)?, source, size(from)?, size(length)?)
        })
    };
    Func::wrap(store, copy)
}
