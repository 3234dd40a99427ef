//! What is at the start of a compartment's bytes: its heap, its stack, and who runs on it.

#![expect(unsafe_code, reason = "switches stacks, and shares its state between contexts")]

mod allocation;
#[cfg(all(target_arch = "arm", target_os = "none"))]
mod interruption;

use alloc::boxed::Box;
use core::any::Any;
use core::cell::{Cell, RefCell, UnsafeCell};
use core::convert::Infallible;
use core::ptr::{self, NonNull};
use core::sync::atomic::AtomicPtr;
use core::task::Poll;

use critical_section::Mutex;

use crate::arena::Arena;
use crate::error::RunError;
use crate::job::Job;
use crate::progress::{Phase, Progress};
use crate::requests;
use crate::side::{Ask, Side, Told, Yielder};
use crate::stack::Bounds;
use crate::stats::CompartmentStats;

/// A value of any type, on the heap of the program.
pub(crate) type Kept = Box<dyn Any + Send>;

/// A compartment but for its bytes.
pub(crate) struct Routine {
    /// The next compartment of the registry.
    pub(crate) next: AtomicPtr<Routine>,
    start: usize,
    stack: Bounds,
    arena: Mutex<RefCell<Arena>>,
    pub(crate) progress: Progress,
    /// Reached by who has entered alone.
    side: UnsafeCell<Side>,
    /// How many allocations are made until the job at hand gives way, 0 for any number.
    until_pause: Cell<u32>,
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
        Self {
            next: AtomicPtr::new(ptr::null_mut()),
            start,
            stack,
            arena: Mutex::new(RefCell::new(arena)),
            progress: Progress::new(),
            side: UnsafeCell::new(Side::new(stack, serve)),
            until_pause: Cell::new(0),
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

    pub(crate) fn stats(&self) -> CompartmentStats {
        let (stack, stack_high_water) = (self.stack.size(), self.stack.high_water());
        CompartmentStats { heap: self.heap_stats(), stack, stack_high_water }
    }

    /// Whether something can be run, but for what runs just now.
    pub(crate) fn check(&self) -> Result<(), RunError> {
        match self.progress.phase() {
            Phase::Left | Phase::Entered => Ok(()),
            Phase::Paused => Err(RunError::InUse),
            Phase::Abandoned => Err(RunError::Abandoned),
        }
    }

    /// Runs a job on the compartment's stack, and what it sends outside on the caller's.
    ///
    /// # Safety
    ///
    /// The caller does not run on that stack, and the job's call lives.
    pub(crate) unsafe fn run(&self, job: Job) -> Result<(), RunError> {
        let depth = self.progress.enter()?;
        // SAFETY: as the caller promises.
        match unsafe { self.go_on(depth, Ask::Run(job), 0) } {
            Poll::Ready(ended) => ended,
            Poll::Pending => Err(RunError::InUse),
        }
    }

    /// Begins a job, or goes on with one, until it has ended or made so many allocations, 0 for any number.
    ///
    /// # Safety
    ///
    /// As for [`Routine::run`], and the caller has entered at this depth.
    pub(crate) unsafe fn go_on(
        &self,
        depth: usize,
        mut ask: Ask,
        allocations: u32,
    ) -> Poll<Result<(), RunError>> {
        let unwinding = AbandonedByUnwinding(self);
        let requests = requests::count();
        let result = loop {
            self.until_pause.set(allocations);
            match self.resume(ask) {
                Told::Done => {
                    self.progress.leave(Phase::Left, depth - 1);
                    break Poll::Ready(Ok(()));
                }
                Told::Outside(job) => {
                    self.progress.leave(Phase::Left, depth);
                    // SAFETY: the compartment's side waits for this call to return, with its frames
                    // in place.
                    unsafe { job.run() };
                    if let Err(error) = self.progress.enter_again(Phase::Left, depth) {
                        break Poll::Ready(Err(error));
                    }
                    if allocations != 0 && requests::count() != requests {
                        self.progress.leave(Phase::Paused, depth);
                        break Poll::Pending;
                    }
                }
                // It can't go on from here, and is not to wait.
                Told::Paused if allocations == 0 && self.is_interrupted() => {
                    self.progress.leave(Phase::Abandoned, 0);
                    break Poll::Ready(Err(RunError::InUse));
                }
                // Of a job whose caller waits for it.
                Told::Paused if allocations == 0 => {}
                Told::Paused => {
                    self.progress.leave(Phase::Paused, depth);
                    break Poll::Pending;
                }
                Told::Failed(error) => {
                    self.progress.leave(Phase::Abandoned, 0);
                    break Poll::Ready(Err(error));
                }
            }
            ask = Ask::Return;
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

    /// Leaves the compartment's stack for ever if its end is reached.
    pub(crate) fn check_stack(&self) {
        if self.stack.is_overrun() {
            self.fail(RunError::StackOverflow);
        }
    }

    /// Leaves the compartment's stack, on which the caller runs, for ever.
    #[cold]
    fn fail(&self, error: RunError) -> ! {
        loop {
            self.suspend(Told::Failed(error));
        }
    }

    pub(crate) fn has_guard(&self) -> bool {
        self.stack.has_guard()
    }

    /// Takes the guard of the stack away.
    pub(crate) fn unguard(&self) {
        self.stack.unguard();
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

    fn is_interrupted(&self) -> bool {
        // SAFETY: as above.
        unsafe { &*self.side.get() }.is_interrupted()
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
}

/// Abandons a compartment whose job unwinds, or what the job sent outside.
struct AbandonedByUnwinding<'a>(&'a Routine);

impl Drop for AbandonedByUnwinding<'_> {
    fn drop(&mut self) {
        self.0.progress.leave(Phase::Abandoned, 0);
    }
}
