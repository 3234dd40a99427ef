//! The functions behind what [`prepare`](vellum_prepare) took out of a module's code: they go into
//! a table that the code calls through.
//!
//! A guest reaches them with any arguments if its module was prepared by someone else, so each
//! answers what does not exist with an error.

#![expect(unsafe_code, reason = "the interpreter's functions use what their world keeps")]

mod address;
mod block;
mod data;
mod instance_context;
mod locked;
mod memory_location;
mod table;
mod wait;

use crate::engine::config::NO_THREADS;
use crate::error::{Error, convert, trap::Trap};
use crate::interruption_feature::Interruptible;
use crate::module::Module;
use crate::threads_feature::Threads;
use crate::world::{LocalMemory, StoreMut, inside::inside, kept::Kept};
use alloc::sync::Arc;
use core::sync::atomic::AtomicBool;
use instance_context::{INVALID_HELPER_CALL, InstanceContext};
use memory_location::MemoryLocation;
use vellum_prepare::{Helper, ReferenceType};
use wasmi::{AsContext as _, ExternRef, Func, Nullable};

/// Puts the helpers that the code of `module` calls into the table of its new instance.
pub(crate) fn install(
    store: &mut StoreMut<'_>,
    module: &Module,
    instance: &wasmi::Instance,
    memories: &[LocalMemory],
) -> Result<(), Error> {
    if module.helpers().is_empty() {
        return Ok(());
    }
    let dropped = module.data().iter().map(|_| AtomicBool::new(false)).collect();
    let memory_location = |place: &LocalMemory| match store.data().remote_memory(place.entry) {
        Some(_) => MemoryLocation::Locked(place.entry),
        None => MemoryLocation::Own(*place),
    };
    let memories = memories.iter().map(memory_location).collect();
    let instance_context = InstanceContext { module: module.clone(), memories, dropped };
    let instance_context = Arc::new(instance_context);
    // SAFETY: the store's world keeps it from now on.
    let known = unsafe { Kept::of(&instance_context) };
    store.data_mut().keep(instance_context);
    let table = instance
        .get_table(store.as_context(), &module.names().host())
        .ok_or(INVALID_HELPER_CALL)?;
    for (slot, helper) in (0..).zip(module.helpers()) {
        let func = inside(store, |store| make(store, *helper, known, instance))??;
        table
            .set(&mut *store, slot, Nullable::Val(func).into())
            .map_err(|_| INVALID_HELPER_CALL)?;
    }
    Ok(())
}

fn make(
    store: &mut StoreMut<'_>,
    helper: Helper,
    known: Kept<InstanceContext>,
    instance: &wasmi::Instance,
) -> Result<Func, Error> {
    Ok(match helper {
        Helper::MemoryInit { wide: false } => data::init::<u32>(store, known),
        #[cfg(feature = "memory64")]
        Helper::MemoryInit { wide: true } => data::init::<u64>(store, known),
        Helper::DataDrop => data::drop(store, known),
        Helper::TableGrow { .. }
        | Helper::Grow { .. }
        | Helper::Fill { .. }
        | Helper::Copy { .. }
            if Interruptible::POSSIBLE.is_some() || Threads::POSSIBLE.is_some() =>
        {
            slow(store, helper, known, instance)?
        }
        _ => threaded(Threads::POSSIBLE.ok_or(NO_THREADS)?, store, helper, known)?,
    })
}

/// Makes a helper that may take long, which code has with threads or where guests can be stopped.
fn slow(
    store: &mut StoreMut<'_>,
    helper: Helper,
    known: Kept<InstanceContext>,
    instance: &wasmi::Instance,
) -> Result<Func, Error> {
    Ok(match helper {
        Helper::TableGrow { table, wide, ty } => {
            let name = known.module.names().table(table);
            let table = instance.get_table(store.as_context(), &name).ok_or(INVALID_HELPER_CALL)?;
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
                (_, true) => return Err(INVALID_HELPER_CALL),
            }
        }
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
        _ => return Err(INVALID_HELPER_CALL),
    })
}

/// Makes a helper that code has only with threads.
fn threaded(
    _: Threads,
    store: &mut StoreMut<'_>,
    helper: Helper,
    known: Kept<InstanceContext>,
) -> Result<Func, Error> {
    Ok(match helper {
        Helper::Unaligned => Func::wrap(store, || -> Result<(), wasmi::Error> {
            Err(convert::carry(Trap::UnalignedAtomic.into()))
        }),
        Helper::Wait32 { wide: false } => wait::wait::<u32, u32>(store, known),
        #[cfg(feature = "memory64")]
        Helper::Wait32 { wide: true } => wait::wait::<u64, u32>(store, known),
        Helper::Wait64 { wide: false } => wait::wait::<u32, u64>(store, known),
        #[cfg(feature = "memory64")]
        Helper::Wait64 { wide: true } => wait::wait::<u64, u64>(store, known),
        Helper::Notify { wide: false } => wait::notify::<u32>(store, known),
        #[cfg(feature = "memory64")]
        Helper::Notify { wide: true } => wait::notify::<u64>(store, known),
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
        // Of the others, and of 64-bit memories and tables that the interpreter takes no module with.
        _ => return Err(INVALID_HELPER_CALL),
    })
}
