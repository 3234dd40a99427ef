//! Passive data, which stays in the module's bytes.

use super::{
    address::GuestAddress,
    block::BYTES_PER_FUEL,
    instance_context::{BuiltinCaller, BuiltinResult, INVALID_HELPER_CALL, InstanceContext},
};
use crate::compartment::place::host;
use crate::error::{Error, trap::Trap};
use crate::world::{StoreMut, fuel, kept::Kept, pieces};
use core::sync::atomic::Ordering::Relaxed;
use wasmi::{AsContextMut as _, Func};

impl InstanceContext {
    /// The bytes of a data segment: none of one that is active or dropped.
    fn segment(&self, index: u32) -> Result<&[u8], Error> {
        let index = usize::try_from(index).map_err(|_| INVALID_HELPER_CALL)?;
        let (segment, dropped) = self
            .module
            .data()
            .get(index)
            .zip(self.dropped.get(index))
            .ok_or(INVALID_HELPER_CALL)?;
        if segment.active.is_some() || dropped.load(Relaxed) {
            return Ok(&[]);
        }
        self.module.bytes().get(segment.bytes.clone()).ok_or(Error::ModuleBytes)
    }
}

pub(super) fn init<A: GuestAddress>(
    store: &mut StoreMut<'_>,
    known: Kept<InstanceContext>,
) -> Func {
    let init = move |mut caller: BuiltinCaller<'_>,
                     to: A,
                     from: u32,
                     length: u32,
                     segment: u32,
                     memory: i32|
          -> BuiltinResult<()> {
        host!(|| {
            let memory_location = known.memory_location(memory)?;
            let size = |value: u64| usize::try_from(value).map_err(|_| Trap::MemoryOutOfBounds);
            let (to, from) = (size(to.unsigned())?, size(from.into())?);
            let mut store = caller.as_context_mut();
            fuel::charge(&mut store, u64::from(length) / BYTES_PER_FUEL)?;
            fuel::shorten_slice(&mut store);
            let length = size(length.into())?;
            let interruption = store.data().session.interruption.clone();
            memory_location.with_store(&mut store, move |store, place| {
                let segment = known.segment(segment)?;
                let bytes = place.memory.data_mut(store);
                pieces::copy(bytes, to, segment, from, length, interruption.as_ref())
            })
        })
    };
    Func::wrap(store, init)
}

pub(super) fn drop(store: &mut StoreMut<'_>, known: Kept<InstanceContext>) -> Func {
    let drop = move |segment: u32| -> BuiltinResult<()> {
        host!(|| {
            let dropped = usize::try_from(segment).ok().and_then(|index| known.dropped.get(index));
            dropped.ok_or(INVALID_HELPER_CALL)?.store(true, Relaxed);
            Ok(())
        })
    };
    Func::wrap(store, drop)
}
