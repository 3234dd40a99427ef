//! What is at the start of a compartment's bytes: its heap, its stack, and who runs on it.

#![expect(unsafe_code, reason = "switches stacks, and shares its state between contexts")]

use alloc::boxed::Box;
use core::alloc::Layout;
use core::any::Any;
use core::cell::{Cell, RefCell, UnsafeCell};
use core::convert::Infallible;
use core::hint;
use core::ptr::{self, NonNull};
use core::sync::atomic::AtomicPtr;

use critical_section::Mutex;

use crate::arena::Arena;
use crate::error::RunError;
use crate::job::Job;
use crate::side::{Ask, Side, Told, Yielder};
use crate::stack::Bounds;
use crate::stats::{CompartmentStats, HeapStats};

/// A value of any type, on the heap of the program.
pub(crate) type Kept = Box<dyn Any + Send>;

/// Who runs in a compartment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// Nobody, or those who are outside.
    Left,
    /// One context.
    Entered,
    /// Nobody, and nobody may any more.
    Abandoned,
}

#[derive(Clone, Copy, Debug)]
struct Progress {
    phase: Phase,
    /// How many jobs have begun and not ended.
    depth: usize,
}

/// A compartment but for its bytes.
pub(crate) struct Routine {
    /// The next compartment of the registry.
    pub(crate) next: AtomicPtr<Routine>,
    start: usize,
    stack: Bounds,
    arena: Mutex<RefCell<Arena>>,
    progress: Mutex<Cell<Progress>>,
    /// Reached by who has entered alone.
    side: UnsafeCell<Side>,
    /// What could not stay on a stack that may be abandoned.
    kept: Mutex<Cell<Option<Kept>>>,
    /// What the compartment's side leaves its stack by, from its first job on.
    yielder: Cell<*const Yielder>,
}

impl Routine {
    /// A compartment whose bytes begin at `start`.
    ///
    /// # Safety
    ///
    /// It goes to `place`, and stays there for as long as it is entered.
    pub(crate) unsafe fn new(
        place: NonNull<Self>,
        start: usize,
        stack: Bounds,
        arena: Arena,
    ) -> Self {
        let serve = move |yielder: &Yielder, ask| {
            // SAFETY: as the caller promises, and who has entered waits.
            let routine = unsafe { place.as_ref() };
            routine.serve(yielder, ask)
        };
        let progress = Progress { phase: Phase::Left, depth: 0 };
        Self {
            next: AtomicPtr::new(ptr::null_mut()),
            start,
            stack,
            arena: Mutex::new(RefCell::new(arena)),
            progress: Mutex::new(Cell::new(progress)),
            side: UnsafeCell::new(Side::new(stack, serve)),
            kept: Mutex::new(Cell::new(None)),
            yielder: Cell::new(ptr::null()),
        }
    }

    pub(crate) fn contains(&self, address: usize) -> bool {
        (self.start..self.stack.base()).contains(&address)
    }

    /// Keeps a value, or none, in the place of the one that is kept.
    pub(crate) fn keep(&self, value: Option<Kept>) -> Option<Kept> {
        critical_section::with(|section| self.kept.borrow(section).replace(value))
    }

    pub(crate) fn heap_stats(&self) -> HeapStats {
        critical_section::with(|section| self.arena.borrow_ref(section).stats())
    }

    pub(crate) fn stats(&self) -> CompartmentStats {
        let (stack, stack_high_water) = (self.stack.size(), self.stack.high_water());
        CompartmentStats { heap: self.heap_stats(), stack, stack_high_water }
    }

    pub(crate) fn is_abandoned(&self) -> bool {
        critical_section::with(|section| {
            self.progress.borrow(section).get().phase == Phase::Abandoned
        })
    }

    /// Runs a job on the compartment's stack, and what it sends outside on the caller's.
    ///
    /// # Safety
    ///
    /// The caller does not run on that stack, and the job's call lives.
    pub(crate) unsafe fn run(&self, job: Job) -> Result<(), RunError> {
        let depth = self.enter()?;
        let unwinding = AbandonedByUnwinding(self);
        let mut ask = Ask::Run(job);
        let result = loop {
            match self.resume(ask) {
                Told::Done => {
                    self.leave(depth - 1);
                    break Ok(());
                }
                Told::Outside(job) => {
                    self.leave(depth);
                    // SAFETY: the compartment's side waits for this call to return, with its frames
                    // in place.
                    unsafe { job.run() };
                    if let Err(error) = self.enter_again(depth) {
                        break Err(error);
                    }
                    ask = Ask::Return;
                }
                Told::Failed(error) => {
                    self.abandon();
                    break Err(error);
                }
            }
        };
        core::mem::forget(unwinding);
        result
    }

    /// Runs a job on the stack from which the compartment was entered.
    ///
    /// # Safety
    ///
    /// The caller runs on this compartment's stack, and the job's call lives.
    pub(crate) unsafe fn outside(&self, job: Job) {
        self.check_stack();
        let mut ask = self.suspend(Told::Outside(job));
        while let Ask::Run(job) = ask {
            // SAFETY: who entered the compartment meanwhile waits for the job.
            unsafe { job.run() };
            self.check_stack();
            ask = self.suspend(Told::Done);
        }
    }

    /// Gives a block of the compartment's heap to who runs on its stack, or leaves that for ever.
    pub(crate) fn allocate(&self, layout: Layout) -> NonNull<u8> {
        self.check_stack();
        let block =
            critical_section::with(|section| self.arena.borrow_ref_mut(section).allocate(layout));
        block.unwrap_or_else(|| self.fail_for_heap(layout.size()))
    }

    /// # Safety
    ///
    /// As for [`Arena::deallocate`].
    pub(crate) unsafe fn deallocate(&self, block: NonNull<u8>, layout: Layout) {
        critical_section::with(|section| {
            // What an overrun stack has left of an abandoned heap is not to be touched.
            if self.progress.borrow(section).get().phase != Phase::Abandoned {
                let mut arena = self.arena.borrow_ref_mut(section);
                // SAFETY: as the caller promises.
                unsafe { arena.deallocate(block, layout) };
            }
        });
    }

    /// # Safety
    ///
    /// As for [`Arena::reallocate`].
    pub(crate) unsafe fn reallocate(
        &self,
        block: NonNull<u8>,
        old: Layout,
        new: Layout,
    ) -> Option<NonNull<u8>> {
        critical_section::with(|section| {
            if self.progress.borrow(section).get().phase == Phase::Abandoned {
                return None;
            }
            let mut arena = self.arena.borrow_ref_mut(section);
            // SAFETY: as the caller promises.
            unsafe { arena.reallocate(block, old, new) }
        })
    }

    /// Leaves the compartment's stack for ever if its end is reached.
    pub(crate) fn check_stack(&self) {
        if self.stack.is_overrun() {
            self.fail(RunError::StackOverflow);
        }
    }

    /// Leaves the compartment's stack for ever, for want of a block of so many bytes.
    #[cold]
    pub(crate) fn fail_for_heap(&self, needed: usize) -> ! {
        let largest = self.heap_stats().largest;
        self.fail(RunError::OutOfHeap { needed, largest })
    }

    /// Leaves the compartment's stack, on which the caller runs, for ever.
    #[cold]
    fn fail(&self, error: RunError) -> ! {
        loop {
            self.suspend(Told::Failed(error));
        }
    }

    fn suspend(&self, told: Told) -> Ask {
        // SAFETY: the caller runs on the compartment's stack, at whose base the yielder is.
        let yielder = unsafe { &*self.yielder.get() };
        yielder.suspend(told)
    }

    fn resume(&self, ask: Ask) -> Told {
        // SAFETY: who has entered is the only one to reach it.
        let side = unsafe { &mut *self.side.get() };
        side.resume(ask)
    }

    /// What runs on the compartment's stack: one job after the other.
    fn serve(&self, yielder: &Yielder, mut ask: Ask) -> Infallible {
        self.yielder.set(yielder);
        loop {
            if let Ask::Run(job) = ask {
                // SAFETY: who entered the compartment waits for the job.
                unsafe { job.run() };
            }
            self.check_stack();
            ask = yielder.suspend(Told::Done);
        }
    }

    /// Enters for a new job, and gives its depth.
    fn enter(&self) -> Result<usize, RunError> {
        critical_section::with(|section| {
            let progress = self.progress.borrow(section);
            let Progress { phase, depth } = progress.get();
            match phase {
                Phase::Left => {
                    let depth = depth + 1;
                    progress.set(Progress { phase: Phase::Entered, depth });
                    Ok(depth)
                }
                Phase::Entered => Err(RunError::InUse),
                Phase::Abandoned => Err(RunError::Abandoned),
            }
        })
    }

    /// Enters to go on with the job of that depth, once all that came later have ended.
    fn enter_again(&self, mine: usize) -> Result<(), RunError> {
        loop {
            let entered = critical_section::with(|section| {
                let progress = self.progress.borrow(section);
                match progress.get() {
                    Progress { phase: Phase::Left, depth } if depth == mine => {
                        progress.set(Progress { phase: Phase::Entered, depth });
                        Some(Ok(()))
                    }
                    Progress { phase: Phase::Abandoned, .. } => Some(Err(RunError::Abandoned)),
                    _ => None,
                }
            });
            match entered {
                Some(entered) => return entered,
                None => hint::spin_loop(),
            }
        }
    }

    fn leave(&self, depth: usize) {
        critical_section::with(|section| {
            self.progress.borrow(section).set(Progress { phase: Phase::Left, depth });
        });
    }

    fn abandon(&self) {
        critical_section::with(|section| {
            self.progress.borrow(section).set(Progress { phase: Phase::Abandoned, depth: 0 });
        });
    }
}

/// Abandons a compartment whose job unwinds, or what the job sent outside.
struct AbandonedByUnwinding<'a>(&'a Routine);

impl Drop for AbandonedByUnwinding<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}
