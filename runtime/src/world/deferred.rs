//! What those who could not take a world's lock leave to its next holder.

use super::{World, handle_counts::HandleCounts, parking::Abandoned};
use core::mem;
use core::sync::atomic::{AtomicBool, Ordering, fence};
use spin::Mutex;
use vellum_memory::WAITERS;

/// What is left to be done under the lock.
pub(crate) struct DeferredWork {
    is_pending: AtomicBool,
    list: Mutex<List>,
}

#[derive(Default)]
struct List {
    threads: usize,
    /// Each keeps its place in the queue until it is cancelled, so that there is room for all.
    waits: [Option<Abandoned>; WAITERS],
    rouse: bool,
    unlink: bool,
}

impl DeferredWork {
    pub(crate) fn new() -> Self {
        Self { is_pending: AtomicBool::new(false), list: Mutex::default() }
    }

    /// Leaves what a call has left.
    pub(crate) fn defer(&self, left: Abandoned) {
        self.add(|list| match left {
            Abandoned::Thread => list.threads += 1,
            wait => {
                if let Some(place) = list.waits.iter_mut().find(|place| place.is_none()) {
                    *place = Some(wait);
                }
            }
        });
    }

    /// Leaves it to the next holder to [wake](World::wake_all) all who wait.
    pub(crate) fn wake_all(&self) {
        self.add(|list| list.rouse = true);
    }

    /// Leaves it to the next holder to [let go](World::unlink) of other worlds' memories, if no guest
    /// can run again by then.
    pub(crate) fn unlink(&self) {
        self.add(|list| list.unlink = true);
    }

    fn add(&self, add: impl FnOnce(&mut List)) {
        add(&mut self.list.lock());
        self.is_pending.store(true, Ordering::Release);
        fence(Ordering::SeqCst);
    }

    /// Whether there is anything to do.
    #[inline]
    pub(crate) fn is_pending(&self) -> bool {
        self.is_pending.load(Ordering::Relaxed)
    }

    /// Does what is left, if anything is.
    #[cold]
    pub(crate) fn run(&self, world: &mut World, handles: &HandleCounts) {
        if !self.is_pending.swap(false, Ordering::Acquire) {
            return;
        }
        // Not in place: whoever is woken may leave something.
        let List { threads, waits, rouse, unlink } = mem::take(&mut *self.list.lock());
        (0..threads).for_each(|_| world.give_up(Abandoned::Thread));
        waits.into_iter().flatten().for_each(|wait| world.give_up(wait));
        if rouse {
            world.wake_all();
        }
        if unlink && handles.is_disowned() {
            world.unlink();
        }
    }
}
