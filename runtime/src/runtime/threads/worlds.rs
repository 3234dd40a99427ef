//! All worlds there are, for one who waits long for the lock of one of them: if he holds that of
//! another, whose guest may wait for him, he must not wait for ever.

use super::seat::Shared;
use alloc::sync::{Arc, Weak};
use alloc::vec::Vec;
use core::{hint, ptr};
use spin::{Mutex, MutexGuard};
use vellum_memory::Context;

static WORLDS: Mutex<Vec<Weak<Shared>>> = Mutex::new(Vec::new());

/// The list, if it can be had soon: whoever interrupted its holder would wait in vain.
fn list() -> Option<MutexGuard<'static, Vec<Weak<Shared>>>> {
    const TURNS: u32 = 1 << 10;
    (0..TURNS).find_map(|_| {
        hint::spin_loop();
        WORLDS.try_lock()
    })
}

/// Adds a world. One that can't be added now is not known.
pub(super) fn add(world: &Arc<Shared>) {
    let Some(mut list) = list() else { return };
    let world = Arc::downgrade(world);
    match list.iter_mut().find(|known| known.strong_count() == 0) {
        Some(free) => *free = world,
        None => list.push(world),
    }
}

/// Removes a world that is about to go. The last one leaves nothing on the heap.
pub(super) fn remove(world: &Shared) {
    let Some(mut list) = list() else { return };
    let known = list.iter_mut().find(|known| ptr::eq(known.as_ptr(), world));
    if let Some(known) = known {
        *known = Weak::new();
    }
    if list.iter().all(|known| known.strong_count() == 0) {
        *list = Vec::new();
    }
}

/// Whether `context` holds the lock of a world, or may hold it.
pub(super) fn is_one_held_by(context: Context) -> bool {
    for index in 0.. {
        // Not under the list's lock: this may be the last to have the world, and drop it.
        let Some(list) = list() else { return true };
        let Some(world) = list.get(index).cloned() else { return false };
        drop(list);
        if world.upgrade().is_some_and(|world| world.is_held_by(context)) {
            return true;
        }
    }
    false
}
