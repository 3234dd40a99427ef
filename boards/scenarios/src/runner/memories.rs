//! A guest's memories, shown to a platform that looks at them.

use vellum::{Instance, Store};

use super::program::Program;
use crate::Platform;

/// When a platform looks at the memories of a guest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before the function is called that was asked for.
    Before,
    /// When it has returned, or has been stopped.
    After,
}

/// Shows the memories that the platform wants to see.
#[inline(never)]
pub(super) fn show<P: Platform>(
    platform: &P,
    store: &mut Store<Program<P>>,
    instance: &Instance,
    moment: Moment,
) {
    if !P::LOOKS {
        return;
    }
    // Nobody else can have the lock between calls.
    let Ok(mut store) = store.lock() else { return };
    let mut number = 0;
    while let Some(name) = platform.looks_at(number) {
        if let Ok(memory) = instance.get_memory(&store, &name)
            && let Ok(bytes) = memory.data_mut(&mut store)
        {
            platform.look(moment, number, bytes);
        }
        number += 1;
    }
}
