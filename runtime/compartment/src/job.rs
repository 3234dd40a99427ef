//! A closure on its way to the other stack.

#![expect(unsafe_code, reason = "a closure goes to the other stack by its address")]

use core::ptr;

/// A closure and its result, which stay where they are while the other stack runs it.
pub(crate) struct Call<F, R> {
    function: Option<F>,
    result: Option<R>,
}

impl<R, F: FnOnce() -> R> Call<F, R> {
    pub(crate) fn new(function: F) -> Self {
        Self { function: Some(function), result: None }
    }

    /// The call, to be run once.
    pub(crate) fn job(&mut self) -> Job {
        Job { run: Self::run, call: ptr::from_mut(self).cast() }
    }

    /// # Safety
    ///
    /// `call` is the address of a call that is there, and that nobody else reaches meanwhile.
    unsafe fn run(call: *mut ()) {
        // SAFETY: as the caller promises.
        let call = unsafe { &mut *call.cast::<Self>() };
        call.result = call.function.take().map(|function| function());
    }

    /// What the closure has returned, if it has.
    pub(crate) fn take_result(&mut self) -> Option<R> {
        self.result.take()
    }
}

/// A call without its type.
#[derive(Clone, Copy)]
pub(crate) struct Job {
    run: unsafe fn(*mut ()),
    call: *mut (),
}

impl Job {
    /// Runs the closure.
    ///
    /// # Safety
    ///
    /// The call of which it is lives, and nobody else reaches it meanwhile.
    pub(crate) unsafe fn run(self) {
        // SAFETY: as the caller promises.
        unsafe { (self.run)(self.call) }
    }
}
