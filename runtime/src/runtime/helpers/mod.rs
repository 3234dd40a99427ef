//! The functions behind what [`prepare`](vellum_prepare) took out of a module's code: they go into
//! a table that the code calls through.
//!
//! A guest reaches them with any arguments if its module was prepared by someone else, so each
//! answers what does not exist with an error.

mod block;
mod data;
mod locked;
mod reach;
mod table;
mod waiting;

use super::threads::{Foreign, NO_THREADS, Place};
use super::world::World;
use super::{Error, Module, Trap, convert};
use crate::threads_feature::Threads;
use alloc::{sync::Arc, vec::Vec};
use core::sync::atomic::AtomicBool;
use vellum_prepare::{Helper, ReferenceType};
use wasmi::{AsContext as _, ExternRef, Func, Nullable};

type Store<'a> = wasmi::StoreContextMut<'a, World>;
type Caller<'a> = wasmi::Caller<'a, World>;
type Answer<T> = Result<T, wasmi::Error>;

/// What the helpers of an instance know of it.
struct Surroundings {
    module: Module,
    memories: Vec<Spot>,
    /// Which data segments the guest has dropped.
    dropped: Vec<AtomicBool>,
}

/// Where a memory of an instance is.
enum Spot {
    /// In the instance's store.
    Own(Place),
    /// In the world of another engine, reached by locked access: the entry in the instance's own
    /// world, which alone holds the other one.
    Locked(usize),
}

impl Surroundings {
    fn spot(&self, memory: i32) -> Result<&Spot, Error> {
        let index = usize::try_from(memory).ok();
        index.and_then(|index| self.memories.get(index)).ok_or(LIE)
    }
}

/// The memory of another engine that an entry of a world stands for.
fn foreign(world: &World, entry: usize) -> Result<&Foreign, Error> {
    world.foreign(entry).ok_or(Error::WrongStore)
}

/// Only a module that was not prepared by the pass asks for what does not exist.
const LIE: Error = Error::Config("the module's code does not fit what it is said to call");

/// An address, a length or a count of a guest: 32 bits wide, or 64.
trait Address: wasmi::WasmTy + reach::Given + Copy + Send {
    fn unsigned(self) -> u64;
    fn of(value: u64) -> Self;
    /// What growing gives when it fails.
    const NONE: Self;
}

impl Address for u32 {
    fn unsigned(self) -> u64 {
        self.into()
    }

    fn of(value: u64) -> Self {
        u32::try_from(value).unwrap_or(Self::NONE)
    }

    const NONE: Self = Self::MAX;
}

#[cfg(feature = "memory64")]
impl Address for u64 {
    fn unsigned(self) -> u64 {
        self
    }

    fn of(value: u64) -> Self {
        value
    }

    const NONE: Self = Self::MAX;
}

/// The byte that an access with a constant offset starts at.
fn effective(address: impl Address, offset: i64) -> Result<u64, Error> {
    let sum = address.unsigned().checked_add(offset.cast_unsigned());
    sum.ok_or_else(|| Trap::MemoryOutOfBounds.into())
}

/// Puts the helpers that the code of `module` calls into the table of its new instance.
pub(super) fn install(
    store: &mut Store<'_>,
    module: &Module,
    instance: &wasmi::Instance,
    memories: &[Place],
) -> Result<(), Error> {
    if module.helpers().is_empty() {
        return Ok(());
    }
    let dropped = module.data().iter().map(|_| AtomicBool::new(false)).collect();
    let spot = |place: &Place| match store.data().foreign(place.entry) {
        Some(_) => Spot::Locked(place.entry),
        None => Spot::Own(*place),
    };
    let memories = memories.iter().map(spot).collect();
    let surroundings = Surroundings { module: module.clone(), memories, dropped };
    let surroundings = Arc::new(surroundings);
    let table = instance.get_table(store.as_context(), &module.names().host()).ok_or(LIE)?;
    for (slot, helper) in (0..).zip(module.helpers()) {
        let func = make(store, *helper, &surroundings, instance)?;
        table.set(&mut *store, slot, Nullable::Val(func).into()).map_err(|_| LIE)?;
    }
    Ok(())
}

fn make(
    store: &mut Store<'_>,
    helper: Helper,
    surroundings: &Arc<Surroundings>,
    instance: &wasmi::Instance,
) -> Result<Func, Error> {
    let known = Arc::clone(surroundings);
    Ok(match helper {
        Helper::MemoryInit { wide: false } => data::init::<u32>(store, known),
        #[cfg(feature = "memory64")]
        Helper::MemoryInit { wide: true } => data::init::<u64>(store, known),
        Helper::DataDrop => data::drop(store, known),
        _ => threaded(Threads::POSSIBLE.ok_or(NO_THREADS)?, store, helper, known, instance)?,
    })
}

/// Makes a helper that code has only with threads.
fn threaded(
    _: Threads,
    store: &mut Store<'_>,
    helper: Helper,
    known: Arc<Surroundings>,
    instance: &wasmi::Instance,
) -> Result<Func, Error> {
    Ok(match helper {
        Helper::Unaligned => Func::wrap(store, || -> Answer<()> {
            Err(convert::carry(Trap::UnalignedAtomic.into()))
        }),
        Helper::Wait32 { wide: false } => waiting::wait::<u32, u32>(store, known),
        #[cfg(feature = "memory64")]
        Helper::Wait32 { wide: true } => waiting::wait::<u64, u32>(store, known),
        Helper::Wait64 { wide: false } => waiting::wait::<u32, u64>(store, known),
        #[cfg(feature = "memory64")]
        Helper::Wait64 { wide: true } => waiting::wait::<u64, u64>(store, known),
        Helper::Notify { wide: false } => waiting::notify::<u32>(store, known),
        #[cfg(feature = "memory64")]
        Helper::Notify { wide: true } => waiting::notify::<u64>(store, known),
        Helper::TableGrow { table, wide, ty } => {
            let name = known.module.names().table(table);
            let table = instance.get_table(store.as_context(), &name).ok_or(LIE)?;
            match (ty, wide) {
                (ReferenceType::FuncRef, false) => table::grow::<Nullable<Func>, u32>(store, table),
                #[cfg(feature = "memory64")]
                (ReferenceType::FuncRef, true) => table::grow::<Nullable<Func>, u64>(store, table),
                (ReferenceType::ExternRef, false) => {
                    table::grow::<Nullable<ExternRef>, u32>(store, table)
                }
                #[cfg(feature = "memory64")]
                (ReferenceType::ExternRef, true) => {
                    table::grow::<Nullable<ExternRef>, u64>(store, table)
                }
                #[cfg(not(feature = "memory64"))]
                (_, true) => return Err(LIE),
            }
        }
        Helper::Load { wide: false } => locked::load::<u32>(store, known),
        #[cfg(feature = "memory64")]
        Helper::Load { wide: true } => locked::load::<u64>(store, known),
        Helper::Store { wide: false } => locked::save::<u32>(store, known),
        #[cfg(feature = "memory64")]
        Helper::Store { wide: true } => locked::save::<u64>(store, known),
        Helper::Rmw { wide: false } => locked::rmw::<u32>(store, known),
        #[cfg(feature = "memory64")]
        Helper::Rmw { wide: true } => locked::rmw::<u64>(store, known),
        Helper::CompareExchange { wide: false } => locked::compare_exchange::<u32>(store, known),
        #[cfg(feature = "memory64")]
        Helper::CompareExchange { wide: true } => locked::compare_exchange::<u64>(store, known),
        Helper::Size { wide: false } => locked::size::<u32>(store, known),
        #[cfg(feature = "memory64")]
        Helper::Size { wide: true } => locked::size::<u64>(store, known),
        Helper::Grow { wide: false } => locked::grow::<u32>(store, known),
        #[cfg(feature = "memory64")]
        Helper::Grow { wide: true } => locked::grow::<u64>(store, known),
        Helper::Fill { wide: false } => block::fill::<u32>(store, known),
        #[cfg(feature = "memory64")]
        Helper::Fill { wide: true } => block::fill::<u64>(store, known),
        Helper::Copy { to_wide: false, from_wide: false } => {
            block::copy::<u32, u32, u32>(store, known)
        }
        #[cfg(feature = "memory64")]
        Helper::Copy { to_wide: false, from_wide: true } => {
            block::copy::<u32, u64, u32>(store, known)
        }
        #[cfg(feature = "memory64")]
        Helper::Copy { to_wide: true, from_wide: false } => {
            block::copy::<u64, u32, u32>(store, known)
        }
        #[cfg(feature = "memory64")]
        Helper::Copy { to_wide: true, from_wide: true } => {
            block::copy::<u64, u64, u64>(store, known)
        }
        // Of the others, and of 64-bit memories and tables that the interpreter takes no module with.
        _ => return Err(LIE),
    })
}
