//! Waiting and notifying.

use super::{
    address::{GuestAddress, effective},
    instance_context::{BuiltinCaller, BuiltinResult, InstanceContext},
    memory_location::{MemoryLocation, can_suspend, remote_memory},
};
use crate::compartment::place::host;
use crate::error::Error;
use crate::world::{
    RemoteWait, StoreMut, Suspension,
    kept::Kept,
    wait::{begin, notify as end},
    wait_time::WaitTime,
};
use alloc::boxed::Box;
use vellum_memory::{AtomicInt, WaitResult};
use wasmi::{AsContextMut as _, Func};

pub(super) fn wait<A: GuestAddress, T: AtomicInt + wasmi::WasmTy + Into<u64>>(
    store: &mut StoreMut<'_>,
    known: Kept<InstanceContext>,
) -> Func {
    let wait = move |mut caller: BuiltinCaller<'_>,
                     address: A,
                     expected: T,
                     timeout: i64,
                     offset: i64,
                     memory: i32|
          -> BuiltinResult<i32> {
        host!(|| {
            let address = effective(address, offset)?;
            let time = WaitTime::of(timeout, &caller.data().engine);
            let place = match known.memory_location(memory)? {
                MemoryLocation::Own(place) => *place,
                MemoryLocation::Locked(entry) if can_suspend(caller.data()) => {
                    let memory = remote_memory(caller.data(), *entry)?.clone();
                    let wait = Box::new(RemoteWait::new(memory, address, expected, time));
                    let suspension = &caller.data().suspension;
                    return Err(suspension.suspend(Suspension::RemoteWait(wait)));
                }
                MemoryLocation::Locked(_) if caller.data().engine.config().has_threads() => {
                    return Err(Error::WouldDeadlock);
                }
                MemoryLocation::Locked(entry) => {
                    let world = caller.data();
                    let interruption = world.session.interruption.as_ref();
                    let memory = remote_memory(world, *entry)?;
                    let limit = time.limit();
                    let result = memory.block(address, expected, limit, false, interruption)?;
                    return Ok(time.ended(result)? as i32);
                }
            };
            let mut store = caller.as_context_mut();
            let Some(ticket) = begin(&mut store, place, address, expected, time.limit())? else {
                return Ok(WaitResult::Mismatch as i32);
            };
            Err(store.data().suspension.suspend(Suspension::Wait { ticket, time }))
        })
    };
    Func::wrap(store, wait)
}

pub(super) fn notify<A: GuestAddress>(
    store: &mut StoreMut<'_>,
    known: Kept<InstanceContext>,
) -> Func {
    let notify = move |mut caller: BuiltinCaller<'_>,
                       address: A,
                       count: i32,
                       offset: i64,
                       memory: i32|
          -> BuiltinResult<u32> {
        host!(|| {
            let (address, count) = (effective(address, offset)?, count.cast_unsigned());
            known
                .memory_location(memory)?
                .with_store(&mut caller.as_context_mut(), move |store, place| {
                    end(store, place, address, count)
                })
        })
    };
    Func::wrap(store, notify)
}
