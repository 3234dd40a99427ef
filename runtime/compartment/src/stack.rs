//! The native stack of a compartment, and whether it was overrun.

#![expect(unsafe_code, reason = "looks at the stack pointer and at the end of a stack")]

#[cfg(not(all(target_arch = "arm", target_os = "none")))]
use core::num::NonZero;
use core::ptr::NonNull;

#[cfg(not(all(target_arch = "arm", target_os = "none")))]
use corosensei::stack::{Stack, StackPointer};

use crate::guard;

/// Bytes that a stack has at least.
pub(crate) const SMALLEST: usize = 4096 + MARGIN;
/// How a stack is aligned at its base.
const ALIGNMENT: usize = 16;
/// Bytes that a stack may take beside its own, for its alignment and its guard.
pub(crate) const EXTRA: usize = guard::BYTES + guard::ALIGNMENT + ALIGNMENT;
/// Words at the end of a stack that nothing ever writes, unless the stack is overrun.
const CANARY: usize = 4;
/// What they hold.
const UNTOUCHED: usize = 0x5EED_CA7Eusize;
/// Bytes that are left to code which does not look how much is left: to an allocation, a switch of stacks
/// and, most of all, the standard library when it sorts, which takes a buffer of 4 KiB. A PC has room for code that is not optimised.
const MARGIN: usize = if size_of::<usize>() == 4 { 5 * 1024 } else { 48 * 1024 };

/// A stack: from the lowest byte, where its canary is, up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bounds {
    limit: NonNull<usize>,
    base: usize,
    has_guard: bool,
}

impl Bounds {
    /// The upper `size` bytes of these, or some more, of which none has been used, with a guard below
    /// where the machine has one.
    ///
    /// # Safety
    ///
    /// The bytes are the stack's alone for as long as it is used, and so many are there, with those that it
    /// may take beside.
    pub(crate) unsafe fn at_end_of(bytes: NonNull<[u8]>, size: usize) -> Self {
        let start = bytes.cast::<u8>();
        let base = (start.addr().get() + bytes.len()) & !(ALIGNMENT - 1);
        let limit = (base - size) & !(guard::ALIGNMENT - 1);
        // SAFETY: the caller promises that the bytes are there.
        let limit: NonNull<usize> = unsafe { start.add(limit - start.addr().get()) }.cast();
        let bounds = Self { limit, base, has_guard: guard::start() };
        // SAFETY: the words are there, aligned to more than a word, and nobody else's.
        unsafe { NonNull::slice_from_raw_parts(limit, bounds.words()).as_mut() }.fill(UNTOUCHED);
        bounds
    }

    /// The lowest address of the guard's bytes, or of the stack's.
    pub(crate) fn start(self) -> usize {
        self.limit() - guard::BYTES
    }

    /// Whether the end has a guard.
    pub(crate) fn has_guard(self) -> bool {
        self.has_guard
    }

    /// Takes the guard away.
    pub(crate) fn unguard(self) {
        if self.has_guard {
            guard::remove(self.limit());
        }
    }

    /// The lowest address.
    pub(crate) fn limit(self) -> usize {
        self.limit.addr().get()
    }

    /// The address after the highest.
    pub(crate) fn base(self) -> usize {
        self.base
    }

    /// The same as a pointer.
    #[cfg(all(target_arch = "arm", target_os = "none"))]
    pub(crate) fn end(self) -> *mut u8 {
        self.limit.as_ptr().cast::<u8>().wrapping_add(self.size())
    }

    /// Whether the end was reached, or is about to be.
    pub(crate) fn is_overrun(self) -> bool {
        stack_pointer().wrapping_sub(self.limit() + size_of::<[usize; CANARY]>()) as isize
            <= MARGIN as isize
            || self.is_spoiled()
    }

    /// Whether something was written to the canary.
    fn is_spoiled(self) -> bool {
        self.untouched(CANARY) < CANARY
    }

    /// How many of the lowest words were never written to, of so many.
    fn untouched(self, words: usize) -> usize {
        let is_untouched = |index: &usize| {
            // SAFETY: the stack is there, and has more words than that.
            let word = unsafe { self.limit.add(*index) };
            // SAFETY: as above; frames of the stack may have written to it behind the compiler's back.
            unsafe { word.read_volatile() == UNTOUCHED }
        };
        (0..words).take_while(is_untouched).count()
    }

    fn words(self) -> usize {
        self.size() / size_of::<usize>()
    }

    /// Bytes of the stack.
    pub(crate) fn size(self) -> usize {
        self.base - self.limit()
    }

    /// Most bytes that were in use at once.
    pub(crate) fn high_water(self) -> usize {
        self.size() - self.untouched(self.words()) * size_of::<usize>()
    }
}

// SAFETY: the stack has at least the smallest size, aligned at both ends. In place of a guard page are
// the stack's canary and the check of the stack pointer, and below the stack is the compartment's own
// heap, which is abandoned with it.
#[cfg(not(all(target_arch = "arm", target_os = "none")))]
unsafe impl Stack for Bounds {
    fn base(&self) -> StackPointer {
        NonZero::new(self.base).unwrap_or(NonZero::<usize>::MAX)
    }

    fn limit(&self) -> StackPointer {
        self.limit.addr()
    }
}

/// The stack pointer, or an address near by.
#[inline(always)]
pub(crate) fn stack_pointer() -> usize {
    #[cfg(all(target_arch = "arm", not(miri)))]
    {
        let pointer: usize;
        // SAFETY: reads a register.
        unsafe { core::arch::asm!("mov {}, sp", out(reg) pointer, options(nomem, nostack)) };
        pointer
    }
    #[cfg(any(not(target_arch = "arm"), miri))]
    {
        let here = 0u8;
        (&raw const here).addr()
    }
}

/// Bytes of a stack that a critical section takes, and the frame of an exception.
#[cfg(all(target_arch = "arm", target_os = "none"))]
const SECTION: usize = 512;

/// Runs into the guard of the process stack now, rather than in a critical section that is about to begin:
/// one that is abandoned would never end.
#[inline(always)]
pub(crate) fn probe() {
    #[cfg(all(target_arch = "arm", target_os = "none"))]
    if cortex_m::register::control::read().spsel().is_psp() {
        // SAFETY: what is read lies below the stack pointer, which is as it was in the end.
        unsafe {
            core::arch::asm!(
                "sub sp, #{size}",
                "ldr {word}, [sp]",
                "add sp, #{size}",
                size = const SECTION,
                word = out(reg) _,
            );
        }
    }
}

/// Whether an interrupt handler runs, which may do so on any stack.
#[inline(always)]
pub(crate) fn is_in_handler() -> bool {
    #[cfg(all(target_arch = "arm", target_os = "none"))]
    {
        let number: u32;
        // SAFETY: reads a register.
        unsafe { core::arch::asm!("mrs {}, IPSR", out(reg) number, options(nomem, nostack)) };
        number != 0
    }
    #[cfg(not(all(target_arch = "arm", target_os = "none")))]
    {
        false
    }
}
