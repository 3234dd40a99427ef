//! A compartment that is left when a timer says so: the exceptions that leave it and go on with it.
//!
//! They are weak: a firmware's own handlers of the same names take their place.

#![expect(unsafe_code, reason = "returns from an exception to another stack than it came from")]

use core::arch::global_asm;
use core::ptr;

use cortex_m::peripheral::SCB;
use cortex_m::register::psp;

use crate::guard;
use crate::registry;
use crate::side::{RESUME, landing, return_to_host};

#[cfg(target_abi = "eabihf")]
macro_rules! if_floats {
    ($instruction:literal) => {
        concat!(".fpu fpv4-sp-d16\ntst lr, #0x10\nit eq\n", $instruction)
    };
}
#[cfg(not(target_abi = "eabihf"))]
macro_rules! if_floats {
    ($instruction:literal) => {
        ""
    };
}

// Leaving: what the exception's frame lacks goes below it on the process stack, with what the exception
// returns by. Going on: the host's frame is given up, for it has all on its stack, once its
// floating-point registers have been saved there, so that the processor is not to save them later.
global_asm!(
    ".section .text.vellum_compartment_interrupted, \"ax\", %progbits",
    ".syntax unified",
    ".thumb",
    ".weak PendSV",
    ".type PendSV, %function",
    ".weak SVCall",
    ".type SVCall, %function",
    ".p2align 2",
    ".thumb_func",
    "PendSV:",
    "tst lr, #4",
    "it eq",
    "bxeq lr",
    "mov r0, sp",
    "push {{r4, lr}}",
    "bl {leaves}",
    "pop {{r4, lr}}",
    "cbnz r0, 1f",
    "bx lr",
    "1:",
    "mrs r1, psp",
    if_floats!("vstmdbeq r1!, {{s16-s31}}"),
    "stmdb r1!, {{r4-r11, lr}}",
    "str r1, [r0]",
    return_to_host!(),
    ".p2align 2",
    ".thumb_func",
    "SVCall:",
    "tst lr, #4",
    "bne 2f",
    "ldr r0, [sp, #24]",
    "ldrb r0, [r0, #-2]",
    "cmp r0, #{number}",
    "bne 2f",
    "ldrd r0, r1, [sp]",
    if_floats!("vmoveq.f32 s0, s0"),
    "ldr r0, [r0]",
    "msr msp, r0",
    "ldmia r1!, {{r4-r11, lr}}",
    if_floats!("vldmiaeq r1!, {{s16-s31}}"),
    "msr psp, r1",
    "bx lr",
    "2:",
    "udf #0",
    leaves = sym leaves,
    landing = sym landing,
    number = const RESUME,
);

/// Bytes below a process stack's pointer that leaving it takes, and may take until it is left.
const ROOM: usize = 512;

/// Asks for the exception that leaves a compartment when all handlers have returned.
pub(crate) fn ask() {
    // SAFETY: the registers are there.
    let scb = unsafe { &*SCB::PTR };
    // SAFETY: the exception comes after all others: no handler is interrupted by it.
    unsafe { scb.shpr[10].write(0xFF) };
    SCB::set_pendsv();
}

/// Where the process stack's pointer is to be put of a compartment that is left, whose host waits with
/// this main stack pointer, or null.
unsafe extern "C" fn leaves(main: *mut u32) -> *mut *mut u32 {
    let (limit, pointer) = (guard::current(), psp::read() as usize);
    // No critical section was interrupted.
    let Some(routine) = registry::at(limit) else { return ptr::null_mut() };
    if !routine.is_left_by(main, limit) || pointer < limit + ROOM {
        return ptr::null_mut();
    }
    routine.interrupt().unwrap_or(ptr::null_mut())
}
