//! What those who could not take a world's lock leave to its next holder.

use super::{abandoned::Abandoned, definitions::World};
use vellum_memory::WAITERS;

/// What is left to be done under the lock.
#[derive(Default)]
pub(crate) struct DeferredWork {
    threads: usize,
    /// Each keeps its place in the queue until it is cancelled, so that there is room for all.
    waits: [Option<Abandoned>; WAITERS],
    /// Whether all who wait are to be [woken](World::wake_all).
    pub(super) rouse: bool,
    /// Whether other worlds' memories are to be [let go of](World::unlink), if no guest can run again
    /// by then.
    pub(super) unlink: bool,
}

impl DeferredWork {
    /// Adds what a call has left.
    pub(super) fn add(&mut self, left: Abandoned) {
        match left {
            Abandoned::Thread => self.threads += 1,
            wait => {
                if let Some(place) = self.waits.iter_mut().find(|place| place.is_none()) {
                    *place = Some(wait);
                }
            }
        }
    }

    /// Does it all.
    pub(super) fn run(self, world: &mut World) {
        let Self { threads, waits, rouse, unlink } = self;
        (0..threads).for_each(|_| world.give_up(Abandoned::Thread));
        waits.into_iter().flatten().for_each(|wait| world.give_up(wait));
        if rouse {
            world.wake_all();
        }
        if unlink && world.handles.as_ref().is_some_and(|handles| handles.is_disowned()) {
            world.unlink();
        }
    }
}
