//! Accesses to a memory of another engine, each under the lock of that engine's world.

use super::{
    address::{GuestAddress, effective},
    block::BYTES_PER_FUEL,
    instance_context::{BuiltinCaller, BuiltinResult, INVALID_HELPER_CALL, InstanceContext},
    memory_location::{IntoValues, MemoryLocation},
};
use crate::compartment::place::host;
use crate::error::{Error, convert, limit::Limit, trap::Trap};
use crate::world::{
    LocalMemory, StoreMut, fuel,
    kept::Kept,
    local_memory::{grow as grow_memory, grow_by_pieces, most_pages, page_size},
};
use vellum_memory::{AccessError, AtomicAccess, AtomicInt, MemoryAccess};
use vellum_prepare::Access;
use wasmi::{AsContextMut as _, Func};
use zerocopy::{FromBytes, Immutable, IntoBytes};

impl InstanceContext {
    /// Does `f` to the byte that an access means, under the memory's lock.
    fn locked<R: IntoValues>(
        &self,
        mut caller: BuiltinCaller<'_>,
        address: impl GuestAddress,
        offset: i64,
        access: i32,
        f: impl FnOnce(&mut [u8], usize, Access) -> Result<R, AccessError> + Copy + Send + 'static,
    ) -> BuiltinResult<R> {
        host!(|| {
            let access = Access::decode(access).ok_or(INVALID_HELPER_CALL)?;
            let memory_location = self.memory_location(access.memory.cast_signed())?;
            let at = usize::try_from(effective(address, offset)?);
            let at = at.map_err(|_| Trap::MemoryOutOfBounds)?;
            memory_location.with_store(&mut caller.as_context_mut(), move |store, place| {
                f(place.memory.data_mut(store), at, access).map_err(convert::access)
            })
        })
    }
}

/// An integer of one of the widths that accesses have.
trait Bits: AtomicInt + FromBytes + IntoBytes + Immutable + Into<u64> {
    /// The lowest bits of `value`.
    fn of(value: i64) -> Self;
}

macro_rules! bits {
    ($($int:ty)*) => {$(
        impl Bits for $int {
            fn of(value: i64) -> Self {
                value as $int
            }
        }
    )*};
}

bits!(u8 u16 u32 u64);

/// Calls a generic function with the integer of the width of an access.
macro_rules! by_width {
    ($access:expr, $function:ident($($argument:expr),*)) => {
        match $access.width_log2 & 3 {
            0 => $function::<u8>($($argument),*),
            1 => $function::<u16>($($argument),*),
            2 => $function::<u32>($($argument),*),
            _ => $function::<u64>($($argument),*),
        }
    };
}

fn load_bits<T: Bits>(bytes: &[u8], at: usize, access: Access) -> Result<u64, AccessError> {
    let value: T = if access.atomic { bytes.atomic_load(at) } else { bytes.read_value(at) }?;
    Ok(value.into())
}

fn store_bits<T: Bits>(
    bytes: &mut [u8],
    at: usize,
    access: Access,
    value: i64,
) -> Result<(), AccessError> {
    let value = T::of(value);
    if access.atomic { bytes.atomic_store(at, value) } else { bytes.write_value(at, &value) }
}

fn rmw_bits<T: Bits>(
    bytes: &mut [u8],
    at: usize,
    access: Access,
    operand: i64,
) -> Result<u64, AccessError> {
    bytes.atomic_rmw(at, access.operation, T::of(operand)).map(Into::into)
}

/// Compares all of `expected`, of which a narrow instruction has cut off what it does not compare.
fn exchange_bits<T: Bits>(
    bytes: &mut [u8],
    at: usize,
    expected: i64,
    replacement: i64,
) -> Result<u64, AccessError> {
    bytes.atomic_compare_exchange(at, T::of(expected), T::of(replacement)).map(Into::into)
}

pub(super) fn load<A: GuestAddress>(
    store: &mut StoreMut<'_>,
    known: Kept<InstanceContext>,
) -> Func {
    Func::wrap(
        store,
        move |caller: BuiltinCaller<'_>,
              address: A,
              offset: i64,
              access: i32|
              -> BuiltinResult<u64> {
            known.locked(caller, address, offset, access, move |bytes, at, access| {
                by_width!(access, load_bits(bytes, at, access))
            })
        },
    )
}

pub(super) fn save<A: GuestAddress>(
    store: &mut StoreMut<'_>,
    known: Kept<InstanceContext>,
) -> Func {
    Func::wrap(
        store,
        move |caller: BuiltinCaller<'_>,
              address: A,
              value: i64,
              offset: i64,
              access: i32|
              -> BuiltinResult<()> {
            known.locked(caller, address, offset, access, move |bytes, at, access| {
                by_width!(access, store_bits(bytes, at, access, value))
            })
        },
    )
}

pub(super) fn rmw<A: GuestAddress>(store: &mut StoreMut<'_>, known: Kept<InstanceContext>) -> Func {
    Func::wrap(
        store,
        move |caller: BuiltinCaller<'_>,
              address: A,
              operand: i64,
              offset: i64,
              access: i32|
              -> BuiltinResult<u64> {
            known.locked(caller, address, offset, access, move |bytes, at, access| {
                by_width!(access, rmw_bits(bytes, at, access, operand))
            })
        },
    )
}

pub(super) fn compare_exchange<A: GuestAddress>(
    store: &mut StoreMut<'_>,
    known: Kept<InstanceContext>,
) -> Func {
    let exchange = move |caller: BuiltinCaller<'_>,
                         address: A,
                         expected: i64,
                         replacement: i64,
                         offset: i64,
                         access: i32|
          -> BuiltinResult<u64> {
        known.locked(caller, address, offset, access, move |bytes, at, access| {
            by_width!(access, exchange_bits(bytes, at, expected, replacement))
        })
    };
    Func::wrap(store, exchange)
}

pub(super) fn size<A: GuestAddress>(
    store: &mut StoreMut<'_>,
    known: Kept<InstanceContext>,
) -> Func {
    Func::wrap(store, move |mut caller: BuiltinCaller<'_>, memory: i32| -> BuiltinResult<A> {
        host!(|| {
            let store = &mut caller.as_context_mut();
            known
                .memory_location(memory)?
                .with_store(store, |store, place| Ok(A::of(place.memory.size(&*store))))
        })
    })
}

/// Takes the fuel that growth by so many pages costs, if the memory has room for them.
fn charge_growth(store: &mut StoreMut<'_>, place: LocalMemory, delta: u64) -> Result<(), Error> {
    let size = place.memory.size(&*store).saturating_add(delta);
    if size > most_pages(store.data(), place)? {
        return Ok(());
    }
    let bytes = delta.saturating_mul(page_size(store.data(), place)?);
    fuel::charge(store, bytes / BYTES_PER_FUEL)
}

pub(super) fn grow<A: GuestAddress>(
    store: &mut StoreMut<'_>,
    known: Kept<InstanceContext>,
) -> Func {
    Func::wrap(
        store,
        move |mut caller: BuiltinCaller<'_>, delta: A, memory: i32| -> BuiltinResult<A> {
            host!(|| {
                let store = &mut caller.as_context_mut();
                fuel::shorten_slice(store);
                let interruption = store.data().session.interruption.clone();
                let location = known.memory_location(memory)?;
                if let (MemoryLocation::Own(place), Some(_)) = (location, &interruption) {
                    charge_growth(store, *place, delta.unsigned())?;
                }
                location.with_store(store, move |store, place| {
                    let grown = match &interruption {
                        None => grow_memory(store, place, delta.unsigned()),
                        Some(interruption) => {
                            grow_by_pieces(store, place, delta.unsigned(), interruption)
                        }
                    };
                    match grown {
                        Ok(before) => Ok(A::of(before)),
                        Err(Error::Memory(_)) => Ok(A::NONE),
                        Err(Error::LimitExceeded(exceeded))
                            if exceeded.limit == Limit::ResourceLimiter =>
                        {
                            Ok(A::NONE)
                        }
                        Err(error) => Err(error),
                    }
                })
            })
        },
    )
}
