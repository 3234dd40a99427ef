//! Starting threads: each in an instance of its own of the program's module, in a session of its own.

use super::make::again;
use crate::engine::limits::check_count;
use crate::error::{Error, limit::Limit};
use crate::threads_feature::Threads;
use crate::world::{StoreMut, World, session::StartedThread};
use alloc::boxed::Box;
use core::any::Any;
use wasmi::AsContext as _;

/// The export that a thread runs.
const ENTRY: &str = "wasi_thread_start";
/// Identifiers of threads that the convention allows.
const IDS: core::ops::Range<i32> = 1..0x2000_0000;

/// The entry of the instance whose threads the running session may start.
pub(crate) fn program(world: &World) -> Option<usize> {
    world.session.program.or(world.session.starting)
}

/// Whether an instance has an entry point for threads.
pub(crate) fn has_entry(store: wasmi::StoreContext<'_, World>, instance: &wasmi::Instance) -> bool {
    instance.get_func(store, ENTRY).is_some()
}

/// Prepares a thread of the program that runs, to be started in the caller's group, and gives its
/// identifier.
pub(crate) fn start(
    threads: Threads,
    store: &mut StoreMut<'_>,
    user: Box<dyn Any + Send>,
    argument: i32,
) -> Result<i32, Error> {
    let world = store.data_mut();
    let of = program(world).ok_or_else(|| Error::UnknownExport(ENTRY.into()))?;
    let maximum = world.engine.config().max_threads;
    check_count(Limit::Threads, maximum, world.threads, 1)?;
    let id = world.next_thread;
    world.next_thread = if id + 1 == IDS.end { IDS.start } else { id + 1 };
    // First of all, so that no instance is lost for want of a stack.
    let stack = world.engine.enter()?;
    let (instance, start) = match world.idle.iter().position(|idle| idle.of == of) {
        Some(index) => (world.idle.swap_remove(index), None),
        None => again(store, of)?,
    };
    let entry = instance.inner.get_func(store.as_context(), ENTRY);
    let entry = entry.ok_or_else(|| Error::UnknownExport(ENTRY.into()))?;
    let world = store.data_mut();
    let session = world.session.thread(user, &instance);
    world.threads += 1;
    let arguments = [id, argument];
    let started = StartedThread { threads, session, stack, start, entry, arguments, instance };
    world.session.started.push(started);
    Ok(id)
}
