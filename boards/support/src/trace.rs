//! Where the code was: the calls whose return addresses lie on the stack.
//!
//! Without frame pointers and tables to unwind by, a word of the stack counts as a return address if a
//! call instruction lies before the place it names. A word that an earlier call left there may be
//! taken for one; the innermost calls come first.

#![expect(unsafe_code, reason = "reads instructions where a word of the stack names code")]

use crate::stack;

/// How many places a trace has at most.
pub(crate) const LENGTH: usize = 6;

/// The program counter if it is known and code, then the call that the link register returns to, then
/// those on this core's stack from `sp` on. A place that is called again and again is named once.
#[inline(never)]
pub(crate) fn from(pc: u32, lr: u32, sp: u32) -> [u32; LENGTH] {
    let mut trace = [0; LENGTH];
    let mut length = 0;
    let mut add = |place: u32| {
        if !trace.contains(&place)
            && let Some(next) = trace.get_mut(length)
        {
            *next = place;
            length += 1;
        }
    };
    if is_code(pc) {
        add(pc & !1);
    }
    core::iter::once(lr).chain(stack::above(sp as usize)).filter_map(call).for_each(&mut add);
    trace
}

/// Where code lies: from the first address to the one after the last.
fn code() -> (u32, u32) {
    unsafe extern "C" {
        static __stext: u32;
        static __etext: u32;
    }
    ((&raw const __stext).addr() as u32, (&raw const __etext).addr() as u32)
}

fn is_code(address: u32) -> bool {
    let (start, end) = code();
    (start..end).contains(&address)
}

/// The call instruction that returns to `word`, if it is a return address.
fn call(word: u32) -> Option<u32> {
    let next = word.checked_sub(1)?;
    // A call has two or four bytes, and the bytes before the code are no call.
    if word & 1 == 0 || !is_code(next.checked_sub(4)?) || !is_code(next) {
        return None;
    }
    let last = instruction(next - 2);
    // BLX by a register.
    if last & 0xFF87 == 0x4780 {
        return Some(next - 2);
    }
    // BL: a first half with a high part of the distance, and a second one.
    let first = instruction(next - 4);
    (first & 0xF800 == 0xF000 && last & 0xD000 == 0xD000).then_some(next - 4)
}

/// Half a word of the code at an even address within.
fn instruction(address: u32) -> u16 {
    // SAFETY: the callers look only where `is_code` holds, which is flash and can always be read; the
    // address is even.
    unsafe { core::ptr::with_exposed_provenance::<u16>(address as usize).read_volatile() }
}
