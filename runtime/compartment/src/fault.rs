//! An overflow of a compartment's stack becomes an error: the handlers of the faults that guards raise.
//!
//! They are weak: a firmware's own handlers of the same names take their place, and the faults.

#![expect(unsafe_code, reason = "returns from an exception to another stack than it came from")]

use core::arch::global_asm;

use cortex_m::register::psp;

use crate::error::RunError;
use crate::guard;
use crate::registry;
use crate::side::{landing, return_to_host};

// Another fault than an overflow happens once more, as a hard fault.
global_asm!(
    ".section .text.vellum_compartment_fault, \"ax\", %progbits",
    ".syntax unified",
    ".thumb",
    ".weak MemoryManagement",
    ".type MemoryManagement, %function",
    ".weak UsageFault",
    ".type UsageFault, %function",
    ".p2align 2",
    ".thumb_func",
    "MemoryManagement:",
    ".thumb_func",
    "UsageFault:",
    "tst lr, #4",
    "beq 1f",
    "mov r0, sp",
    "push {{r4, lr}}",
    "bl {abandons}",
    "pop {{r4, lr}}",
    "cbz r0, 1f",
    return_to_host!(),
    "1:",
    "movw r0, #0xED24",
    "movt r0, #0xE000",
    "ldr r1, [r0]",
    "bic r1, r1, #0x50000",
    "str r1, [r0]",
    "dsb",
    "isb",
    "bx lr",
    abandons = sym abandons,
    landing = sym landing,
);

/// Whether the fault abandons a compartment, whose host waits with this main stack pointer.
unsafe extern "C" fn abandons(main: *mut u32) -> bool {
    let limit = guard::current();
    // No critical section was interrupted: a fault there is a hard fault.
    let Some(routine) = registry::at(limit) else { return false };
    if !routine.is_left_by(main, limit) || !guard::settle(limit, psp::read() as usize) {
        return false;
    }
    routine.tell_failure(RunError::StackOverflow);
    forget_floats();
    true
}

/// Keeps the processor from saving registers that the compartment's side no longer needs.
fn forget_floats() {
    #[cfg(target_abi = "eabihf")]
    {
        /// In the context register: registers are still to be saved.
        const UNSAVED: u32 = 1;
        // SAFETY: the registers are there.
        let unit = unsafe { &*cortex_m::peripheral::FPU::PTR };
        // SAFETY: what was to be saved is the compartment's, which does not go on.
        unsafe { unit.fpccr.modify(|context| context & !UNSAVED) };
    }
}
