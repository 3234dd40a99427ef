//! Switches between two stacks, by functions that the other side has left, or looks as if it had.

#![expect(unsafe_code, reason = "switches stacks")]

use core::arch::naked_asm;

/// Words that a switch takes of a stack: registers 3 to 11, of which the first keeps the stack aligned to
/// eight bytes, where to go on and, below them, 16 floats of a processor whose functions keep them.
pub(super) const FRAME: usize = if cfg!(target_abi = "eabihf") { 26 } else { 10 };

/// Puts what a function keeps on the stack, and the stack pointer at the address in register 0.
macro_rules! leave {
    () => {
        concat!("push {{r3-r11, lr}}\n", save_floats!(), "mov r2, sp\n", "str r2, [r0]\n")
    };
}

/// Takes it back, and goes on there.
macro_rules! go_on {
    () => {
        concat!(restore_floats!(), "pop {{r3-r11, pc}}\n")
    };
}

#[cfg(target_abi = "eabihf")]
macro_rules! save_floats {
    () => {
        ".fpu fpv4-sp-d16\nvpush {{s16-s31}}\n"
    };
}
#[cfg(target_abi = "eabihf")]
macro_rules! restore_floats {
    () => {
        ".fpu fpv4-sp-d16\nvpop {{s16-s31}}\n"
    };
}
#[cfg(not(target_abi = "eabihf"))]
macro_rules! save_floats {
    () => {
        ""
    };
}
#[cfg(not(target_abi = "eabihf"))]
macro_rules! restore_floats {
    () => {
        ""
    };
}

/// Calls the function in register 5 with what is in register 4.
///
/// # Safety
///
/// For the first switch to a stack.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn enter() -> ! {
    naked_asm!("mov r0, r4", "blx r5", "udf #0")
}

/// Leaves this stack for that whose pointer is `to`, and puts the own one at `from`.
///
/// # Safety
///
/// The other stack was left by a switch, or looks as if it was.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn switch(from: *mut *mut u32, to: *mut u32) {
    naked_asm!(leave!(), "mov sp, r1", go_on!())
}

/// As [`switch`], from the main stack: the other one becomes the process stack, so that interrupt
/// handlers stay on this one.
///
/// # Safety
///
/// As for [`switch`], in thread mode on the main stack.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn to_process(from: *mut *mut u32, to: *mut u32) {
    naked_asm!(
        leave!(),
        "msr psp, r1",
        "mrs r2, control",
        "orr r2, r2, #2",
        "msr control, r2",
        "isb",
        go_on!(),
    )
}

/// As [`switch`], back to the main stack, which was left by [`to_process`].
///
/// # Safety
///
/// As for [`switch`], in thread mode on the process stack.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn to_main(from: *mut *mut u32, to: *mut u32) {
    naked_asm!(
        leave!(),
        "mrs r2, control",
        "bic r2, r2, #2",
        "msr control, r2",
        "isb",
        "mov sp, r1",
        go_on!(),
    )
}

/// As [`to_process`], to a side that was [interrupted](crate::give_way()): only the return from an exception
/// puts all registers back.
///
/// # Safety
///
/// As for [`to_process`], with interrupts enabled, and the other stack is that of such a side.
#[unsafe(naked)]
pub(super) unsafe extern "C" fn to_interrupted(from: *mut *mut u32, to: *mut u32) {
    naked_asm!(leave!(), "svc #{number}", "udf #0", number = const RESUME)
}

/// The number of the exception that goes on with a side.
pub(crate) const RESUME: u8 = 0xC7;

/// The end of a handler that leaves the process stack: the main one is where the host has left it when it
/// switched, and takes the frame of an exception that returns there, without floating-point registers.
macro_rules! return_to_host {
    () => {
        "sub sp, #32
        movw r0, #:lower16:{landing}
        movt r0, #:upper16:{landing}
        bic r0, r0, #1
        str r0, [sp, #24]
        mov r0, #0x01000000
        str r0, [sp, #28]
        orr lr, lr, #0x10
        bic lr, lr, #4
        bx lr"
    };
}
pub(crate) use return_to_host;

/// The end of a switch: goes on where the stack was left whose pointer is in force.
///
/// # Safety
///
/// For the return from an exception.
#[unsafe(naked)]
pub(crate) unsafe extern "C" fn landing() -> ! {
    naked_asm!(go_on!())
}
