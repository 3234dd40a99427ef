//! How the firmware failed: what a report names, over the log and in the next boot.

use crate::{cause, cores, doing::Doing, exit, trace};

/// Kinds of failures. Numbers, because they come back from RAM that no compiler watches.
const PANIC: u32 = 1;
const HEAP: u32 = 2;
const STACK: u32 = 3;
const FAULT: u32 = 4;
const EXCEPTION: u32 = 5;
const WATCHDOG: u32 = 6;

/// A failure: what happened, where, and what was being done. Any bits are one.
#[derive(Clone, Copy, Hash)]
#[repr(C)]
pub(crate) struct Failure {
    kind: u32,
    core: u32,
    /// What the kind tells beside.
    details: [u32; 2],
    /// The code that failed, then what called it; zero beyond the outermost that was found.
    trace: [u32; trace::LENGTH],
    doing: Doing,
}

impl Failure {
    fn new(kind: u32, details: [u32; 2], trace: [u32; trace::LENGTH]) -> Failure {
        Failure { kind, core: cores::current() as u32, details, trace, doing: Doing::now() }
    }

    /// The firmware panicked.
    pub(crate) fn panic(trace: [u32; trace::LENGTH]) -> Failure {
        Failure::new(PANIC, [0; 2], trace)
    }

    /// The heap had no room for `needed` bytes.
    pub(crate) fn heap(needed: usize, free: usize, trace: [u32; trace::LENGTH]) -> Failure {
        Failure::new(HEAP, [needed as u32, free as u32], trace)
    }

    /// The stack pointer left the stack.
    pub(crate) fn stack(sp: u32, trace: [u32; trace::LENGTH]) -> Failure {
        Failure::new(STACK, [sp, 0], trace)
    }

    /// The processor faulted, with this fault status and, if it is known, at this address.
    pub(crate) fn fault(status: u32, address: u32, trace: [u32; trace::LENGTH]) -> Failure {
        Failure::new(FAULT, [status, address], trace)
    }

    /// An exception without a handler came.
    pub(crate) fn exception(number: i16, trace: [u32; trace::LENGTH]) -> Failure {
        Failure::new(EXCEPTION, [i32::from(number).cast_unsigned(), 0], trace)
    }

    /// The watchdog was not fed in time.
    pub(crate) fn watchdog(trace: [u32; trace::LENGTH]) -> Failure {
        Failure::new(WATCHDOG, [0; 2], trace)
    }

    /// The status that the emulator ends with.
    pub(crate) fn status(&self) -> u8 {
        match self.kind {
            HEAP => exit::FAILED,
            PANIC => exit::PANICKED,
            WATCHDOG => exit::UNFED,
            _ => exit::FAULTED,
        }
    }

    /// Says it in one line. Addresses come last and together: the host tool names their functions.
    #[inline(never)]
    pub(crate) fn say(&self, prefix: &str) {
        let known = self.trace.split(|&address| address == 0).next().unwrap_or_default();
        defmt::error!("{=str}{}: at {=[?]:#010x}", prefix, self, known);
    }
}

impl defmt::Format for Failure {
    fn format(&self, f: defmt::Formatter<'_>) {
        let [first, second] = self.details;
        let on = cores::suffix(self.core);
        match self.kind {
            PANIC => defmt::write!(f, "panicked{=str}{}", on, self.doing),
            HEAP => defmt::write!(
                f,
                "out of heap: needs {=u32} bytes, {=u32} free{=str}{}",
                first,
                second,
                on,
                self.doing
            ),
            STACK => {
                defmt::write!(f, "stack overflow{=str}{}: sp {=u32:#010x}", on, self.doing, first);
            }
            FAULT => {
                let (class, cause) = cause::of(first);
                defmt::write!(
                    f,
                    "{=istr}{=str}{}: {=istr}, cfsr {=u32:#010x}",
                    class,
                    on,
                    self.doing,
                    cause,
                    first
                );
                if second != 0 {
                    defmt::write!(f, ", address {=u32:#010x}", second);
                }
            }
            EXCEPTION => defmt::write!(
                f,
                "unexpected exception{=str}{}: interrupt {=i32}",
                on,
                self.doing,
                first.cast_signed()
            ),
            _ => defmt::write!(f, "watchdog{=str}{}", on, self.doing),
        }
    }
}
