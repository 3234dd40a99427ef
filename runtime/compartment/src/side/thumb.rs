//! A side on a bare Arm chip: two stack pointers, and a switch between them.

#![expect(unsafe_code, reason = "switches stacks")]

use core::arch::naked_asm;
use core::cell::Cell;
use core::convert::Infallible;

use super::{Ask, Told};
use crate::stack::Bounds;

/// What leaves the compartment's stack: where both sides meet.
pub(crate) struct Yielder {
    ask: Cell<Option<Ask>>,
    told: Cell<Option<Told>>,
    /// The stack pointer of the side that waits.
    waiting: Cell<*mut u32>,
}

/// What runs on the compartment's stack. Nothing there is ever dropped.
pub(crate) struct Side {
    meeting: *const Yielder,
}

/// Words that [`switch`] takes of a stack: registers 3 to 11, of which the first keeps the stack aligned to
/// eight bytes, where to go on and, below them, 16 floats of a processor whose functions keep them.
const FRAME: usize = if cfg!(target_abi = "eabihf") { 26 } else { 10 };

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
        let meeting = Yielder { ask, told, waiting: Cell::new(frame) };
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
        Self { meeting: start.cast::<Yielder>() }
    }

    /// Goes on there until it says something.
    pub(crate) fn resume(&mut self, ask: Ask) -> Told {
        // SAFETY: it is at the base of the stack, which is there.
        let meeting = unsafe { &*self.meeting };
        meeting.ask.set(Some(ask));
        meeting.switch();
        // The other side says something before it switches.
        meeting.told.take().unwrap_or(Told::Done)
    }
}

impl Yielder {
    /// Says something, and waits for what is to be done.
    pub(crate) fn suspend(&self, told: Told) -> Ask {
        self.told.set(Some(told));
        self.switch();
        self.ask.take().unwrap_or(Ask::Return)
    }

    /// Goes on where the other side waits, until that does the same.
    fn switch(&self) {
        // SAFETY: the other side waits in this function, or has not begun: then its frame was written as
        // if it did.
        unsafe { switch(self.waiting.as_ptr(), self.waiting.get()) };
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
    if let (Some(serve), Some(ask)) = (serve.take(), meeting.ask.take()) {
        match serve(meeting, ask) {}
    }
    loop {
        meeting.suspend(Told::Done);
    }
}

/// Calls the function in register 5 with what is in register 4.
///
/// # Safety
///
/// For the first switch to a stack.
#[unsafe(naked)]
unsafe extern "C" fn enter() -> ! {
    naked_asm!("mov r0, r4", "blx r5", "udf #0")
}

/// Leaves this stack for that whose pointer is `to`, and puts the own one at `from`.
///
/// # Safety
///
/// The other stack was left by this function, or looks as if it was.
#[unsafe(naked)]
unsafe extern "C" fn switch(from: *mut *mut u32, to: *mut u32) {
    #[cfg(target_abi = "eabihf")]
    naked_asm!(
        ".fpu fpv4-sp-d16",
        "push {{r3-r11, lr}}",
        "vpush {{s16-s31}}",
        "mov r2, sp",
        "str r2, [r0]",
        "mov sp, r1",
        "vpop {{s16-s31}}",
        "pop {{r3-r11, pc}}",
    );
    #[cfg(not(target_abi = "eabihf"))]
    naked_asm!(
        "push {{r3-r11, lr}}",
        "mov r2, sp",
        "str r2, [r0]",
        "mov sp, r1",
        "pop {{r3-r11, pc}}",
    );
}
