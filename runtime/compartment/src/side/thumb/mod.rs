//! A side on a bare Arm chip: two stack pointers, and a switch between them.
//!
//! Where the main stack is in use, which is so without an operating system, the compartment's becomes the
//! process stack. Interrupt handlers stay on the main one, and so does the handler of a stack overflow. In
//! handlers, and in threads of an operating system, it takes the place of the stack that is in use.

#![expect(unsafe_code, reason = "switches stacks")]

mod switch;

use core::cell::Cell;
use core::convert::Infallible;
use core::sync::atomic::{
    AtomicBool,
    Ordering::{Relaxed, SeqCst},
    compiler_fence,
};

use cortex_m::register::control::{self, Spsel};
use cortex_m::register::primask;

use super::{Ask, Told};
use crate::error::RunError;
use crate::guard;
use crate::stack::{Bounds, is_in_handler};
use switch::{FRAME, enter, switch, to_interrupted, to_main, to_process};
pub(crate) use switch::{RESUME, landing, return_to_host};

/// What leaves the compartment's stack: where both sides meet.
pub(crate) struct Yielder {
    ask: Cell<Option<Ask>>,
    told: Cell<Option<Told>>,
    /// The stack pointer of the side that waits.
    waiting: Cell<*mut u32>,
    /// Whether the compartment's stack is the process stack.
    is_process: Cell<bool>,
    /// Whether the compartment's side was interrupted, and goes on where it was.
    is_interrupted: Cell<bool>,
    /// Whether the compartment's side is about to leave, or has not quite come back. A handler looks at it.
    is_leaving: AtomicBool,
}

/// What runs on the compartment's stack. Nothing there is ever dropped.
pub(crate) struct Side {
    meeting: *const Yielder,
    /// The end of the stack, if there is a guard below.
    guarded: Option<usize>,
}

/// The start of a stack: where both sides meet, and what is run there.
#[repr(C, align(8))]
struct Start<F> {
    meeting: Yielder,
    serve: Cell<Option<F>>,
}

impl Side {
    /// What runs on `stack`: `serve`, from the first ask on.
    pub(crate) fn new<F: FnOnce(&Yielder, Ask) -> Infallible + 'static>(
        stack: Bounds,
        serve: F,
    ) -> Self {
        let start = stack.end().cast::<Start<F>>().wrapping_sub(1);
        let frame = start.cast::<u32>().wrapping_sub(FRAME);
        let (ask, told) = (Cell::new(None), Cell::new(None));
        let meeting = Yielder {
            ask,
            told,
            waiting: Cell::new(frame),
            is_process: Cell::new(false),
            is_interrupted: Cell::new(false),
            is_leaving: AtomicBool::new(true),
        };
        // SAFETY: the stack is there, nobody else's, and has room for it at its aligned base.
        unsafe { start.write(Start { meeting, serve: Cell::new(Some(serve)) }) };
        let entry: unsafe extern "C" fn(*const Start<F>) -> ! = begin::<F>;
        // What the first switch takes for registers 4 and 5, and where it goes on.
        let words = [
            (FRAME - 9, start.addr() as u32),
            (FRAME - 8, entry as usize as u32),
            (FRAME - 1, enter as *const () as usize as u32),
        ];
        for (index, word) in words {
            // SAFETY: as above, below the start.
            unsafe { frame.wrapping_add(index).write(word) };
        }
        let guarded = stack.has_guard().then(|| stack.limit());
        Self { meeting: start.cast::<Yielder>(), guarded }
    }

    /// Whether a handler has interrupted it, and it has not gone on.
    pub(crate) fn is_interrupted(&self) -> bool {
        // SAFETY: it is at the base of the stack, which is there.
        unsafe { &*self.meeting }.is_interrupted.get()
    }

    /// Goes on there until it says something.
    pub(crate) fn resume(&mut self, ask: Ask) -> Told {
        // SAFETY: it is at the base of the stack, which is there.
        let meeting = unsafe { &*self.meeting };
        let is_process = !is_in_handler() && control::read().spsel() == Spsel::Msp;
        if meeting.is_interrupted.get() {
            return self.go_on(meeting, is_process);
        }
        meeting.ask.set(Some(ask));
        meeting.is_process.set(is_process);
        if is_process {
            if let Some(limit) = self.guarded {
                guard::enter(limit);
            }
            // SAFETY: the other side waits, or has not begun: then its frame was written as if it did.
            // The main stack is in use.
            unsafe { to_process(meeting.waiting.as_ptr(), meeting.waiting.get()) };
            guard::leave();
        } else {
            // SAFETY: as above.
            guard::without(|| unsafe { switch(meeting.waiting.as_ptr(), meeting.waiting.get()) });
        }
        // The other side says something before it switches.
        meeting.told.take().unwrap_or(Told::Done)
    }

    /// Goes on where the compartment's side was interrupted, if that can be from here.
    #[cold]
    fn go_on(&self, meeting: &Yielder, is_process: bool) -> Told {
        let Some(limit) = self.guarded.filter(|_| is_process && primask::read().is_active()) else {
            return Told::Paused;
        };
        meeting.is_interrupted.set(false);
        guard::enter(limit);
        // SAFETY: the other side was interrupted. The main stack is in use, and interrupts are enabled.
        unsafe { to_interrupted(meeting.waiting.as_ptr(), meeting.waiting.get()) };
        guard::leave();
        meeting.told.take().unwrap_or(Told::Done)
    }
}

impl Yielder {
    /// Says something, and waits for what is to be done.
    pub(crate) fn suspend(&self, told: Told) -> Ask {
        self.is_leaving.store(true, Relaxed);
        compiler_fence(SeqCst);
        self.told.set(Some(told));
        let (from, to) = (self.waiting.as_ptr(), self.waiting.get());
        if self.is_process.get() {
            // SAFETY: the host has left the main stack.
            unsafe { to_main(from, to) };
        } else {
            // SAFETY: the host has left its stack by the same function.
            unsafe { switch(from, to) };
        }
        self.take_ask().unwrap_or(Ask::Return)
    }

    /// What is to be done, for a side that has come back.
    fn take_ask(&self) -> Option<Ask> {
        let ask = self.ask.take();
        compiler_fence(SeqCst);
        self.is_leaving.store(false, Relaxed);
        ask
    }

    /// Lets the compartment's side, which a handler has interrupted, go on later. Gives where its stack
    /// pointer is to be put.
    pub(crate) fn interrupt(&self) -> Option<*mut *mut u32> {
        if self.is_leaving.load(Relaxed) {
            return None;
        }
        self.told.set(Some(Told::Paused));
        self.is_interrupted.set(true);
        Some(self.waiting.as_ptr())
    }

    /// Whether the host has left the main stack with this pointer.
    pub(crate) fn is_left_by(&self, main: *mut u32) -> bool {
        self.is_process.get() && self.waiting.get() == main
    }

    /// Says for the compartment's side that it can't go on.
    pub(crate) fn tell_failure(&self, error: RunError) {
        self.told.set(Some(Told::Failed(error)));
    }
}

/// The first that runs on the stack.
///
/// # Safety
///
/// For the first switch to a stack, with its start.
unsafe extern "C" fn begin<F: FnOnce(&Yielder, Ask) -> Infallible>(start: *const Start<F>) -> ! {
    // SAFETY: the start is at the base of the stack, which is there.
    let Start { meeting, serve } = unsafe { &*start };
    if let (Some(serve), Some(ask)) = (serve.take(), meeting.take_ask()) {
        match serve(meeting, ask) {}
    }
    loop {
        meeting.suspend(Told::Done);
    }
}
