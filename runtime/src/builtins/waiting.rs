//! Waiting and notifying.

use super::{
    address::{Address, effective},
    reach::{Spot, foreign, is_sliced},
    surroundings::{Answer, Caller, Surroundings},
};
use crate::error::{Error, convert};
use crate::schedule::suspend::Pending;
use crate::world::{
    StoreMut,
    parking::{Parking, Time},
    remote_wait::ForeignWait,
    wait::{begin, notify as end},
};
use alloc::sync::Arc;
use vellum_memory::{AtomicInt, WaitResult};
use wasmi::{AsContextMut as _, Func};

pub(super) fn wait<A: Address, T: AtomicInt + wasmi::WasmTy + Into<u64>>(
    store: &mut StoreMut<'_>,
    known: Arc<Surroundings>,
) -> Func {
    let wait = move |mut caller: Caller<'_>,
                     address: A,
                     expected: T,
                     timeout: i64,
                     offset: i64,
                     memory: i32|
          -> Answer<i32> {
        let begun = (|| {
            let address = effective(address, offset)?;
            let time = Time::of(timeout, &caller.data().engine);
            let place = match known.spot(memory)? {
                Spot::Own(place) => *place,
                Spot::Locked(entry) if is_sliced(caller.data()) => {
                    let memory = foreign(caller.data(), *entry)?.clone();
                    let wait = ForeignWait::new(memory, address, expected, time);
                    return Err(Pending::Foreign(wait).into_error());
                }
                Spot::Locked(_) if caller.data().engine.config().has_threads() => {
                    return Err(Error::WouldDeadlock);
                }
                Spot::Locked(entry) => {
                    let memory = foreign(caller.data(), *entry)?;
                    let result = memory.block(address, expected, time.limit(), false)?;
                    return Ok(time.ended(result)? as i32);
                }
            };
            let mut store = caller.as_context_mut();
            let Some(ticket) = begin(&mut store, place, address, expected, time.limit())? else {
                return Ok(WaitResult::Mismatch as i32);
            };
            store.data_mut().parking = Some(Parking { ticket, time });
            // Whoever drives the call finds the wait; the error itself is not looked at.
            Err(Error::WouldDeadlock)
        })();
        begun.map_err(convert::carry)
    };
    Func::wrap(store, wait)
}

pub(super) fn notify<A: Address>(store: &mut StoreMut<'_>, known: Arc<Surroundings>) -> Func {
    let notify = move |mut caller: Caller<'_>,
                       address: A,
                       count: i32,
                       offset: i64,
                       memory: i32|
          -> Answer<u32> {
        let ended = (|| {
            let (address, count) = (effective(address, offset)?, count.cast_unsigned());
            known.spot(memory)?.reach(&mut caller.as_context_mut(), move |store, place| {
                end(store, place, address, count)
            })
        })();
        ended.map_err(convert::carry)
    };
    Func::wrap(store, notify)
}
