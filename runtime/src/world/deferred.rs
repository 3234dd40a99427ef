//! What those who could not take a world's lock leave to its next holder.

use super::{World, handle_counts::Handles, parking::Left};
use core::mem;
use core::sync::atomic::{AtomicBool, Ordering, fence};
use spin::Mutex;
use vellum_memory::WAITERS;

/// What is left to be done under the lock.
pub(crate) struct Errands {
    are_left: AtomicBool,
    list: Mutex<List>,
}

#[derive(Default)]
struct List {
    threads: usize,
    /// Each keeps its place in the queue until it is cancelled, so that there is room for all.
    waits: [Option<Left>; WAITERS],
    rouse: bool,
    unlink: bool,
}

impl Errands {
    pub(crate) fn new() -> Self {
        Self { are_left: AtomicBool::new(false), list: Mutex::default() }
    }

    /// Leaves what a call has left.
    pub(crate) fn leave(&self, left: Left) {
        self.add(|list| match left {
            Left::Thread => list.threads += 1,
            wait => {
                if let Some(place) = list.waits.iter_mut().find(|place| place.is_none()) {
                    *place = Some(wait);
                }
            }
        });
    }

    /// Leaves it to the next holder to [rouse](World::rouse) those who wait.
    pub(crate) fn rouse(&self) {
        self.add(|list| list.rouse = true);
    }

    /// Leaves it to the next holder to [let go](World::unlink) of other worlds' memories, if no guest
    /// can run again by then.
    pub(crate) fn unlink(&self) {
        self.add(|list| list.unlink = true);
    }

    fn add(&self, add: impl FnOnce(&mut List)) {
        add(&mut self.list.lock());
        self.are_left.store(true, Ordering::Release);
        fence(Ordering::SeqCst);
    }

    /// Whether there is anything to do.
    #[inline]
    pub(crate) fn are_left(&self) -> bool {
        self.are_left.load(Ordering::Relaxed)
    }

    /// Does what is left, if anything is.
    #[cold]
    pub(crate) fn run(&self, world: &mut World, handles: &Handles) {
        if !self.are_left.swap(false, Ordering::Acquire) {
            return;
        }
        // Not in place: whoever is woken may leave something.
        let List { threads, waits, rouse, unlink } = mem::take(&mut *self.list.lock());
        (0..threads).for_each(|_| world.give_up(Left::Thread));
        waits.into_iter().flatten().for_each(|wait| world.give_up(wait));
        if rouse {
            world.rouse();
        }
        if unlink && handles.is_disowned() {
            world.unlink();
        }
    }
}
