//! Processor faults: one `error!` line that says where, and the end of the run.

#![expect(unsafe_code, reason = "an exception entry sets up its own stack before any Rust runs")]

use core::arch::naked_asm;

use cortex_m::peripheral::SCB;
use cortex_m_rt::exception;

use crate::{cores, exit, panic};

/// In the fault status: the stack pointer would have passed the stack's limit.
const STACK_OVERFLOW: u32 = 1 << 20;

/// Entered by hardware, on the core whose stack lies between the two symbols. The stack may have
/// overflowed, so everything worth keeping is fetched into registers before the stack pointer starts
/// again at the top.
macro_rules! hard_fault {
    ($name:ident, $export:literal, $end:literal, $start:literal) => {
        /// # Safety
        /// For the vector table only.
        #[unsafe(export_name = $export)]
        #[unsafe(naked)]
        pub(crate) unsafe extern "C" fn $name() -> ! {
            naked_asm!(
                "mrs r0, msp",
                "movs r1, #0",
                "movs r2, #0",
                concat!("ldr r3, =", $end),
                "cmp r0, r3",
                // Below the stack there is no exception frame to read.
                "blo 1f",
                "ldr r1, [r0, #24]",
                "ldr r2, [r0, #20]",
                "1:",
                without_limit!(),
                concat!("ldr r3, =", $start),
                "msr msp, r3",
                "b {report}",
                report = sym report,
            )
        }
    };
}

/// Where the processor has a stack limit, the report is free of it.
#[cfg(feature = "sse-200")]
macro_rules! without_limit {
    () => {
        "movs r3, #0\nmsr msplim, r3"
    };
}
#[cfg(not(feature = "sse-200"))]
macro_rules! without_limit {
    () => {
        ""
    };
}

hard_fault!(hard_fault, "HardFault", "_stack_end", "_stack_start");
#[cfg(feature = "sse-200")]
hard_fault!(second_hard_fault, "SecondHardFault", "_stack1_end", "_stack1_start");

/// Reports the fault: stack pointer at entry, program counter and link register of the code that
/// faulted (both 0 when the stack overflowed and none were saved).
unsafe extern "C" fn report(sp: u32, pc: u32, lr: u32) -> ! {
    // SAFETY: reading the fault status has no side effect.
    let cfsr = unsafe { (*SCB::PTR).cfsr.read() };
    panic::end(exit::FAULTED, || {
        let on = cores::suffix();
        if pc == 0 || cfsr & STACK_OVERFLOW != 0 {
            defmt::error!("stack overflow{=str}: sp {=u32:#010x}, cfsr {=u32:#010x}", on, sp, cfsr);
        } else {
            defmt::error!(
                "hard fault{=str}: pc {=u32:#010x}, lr {=u32:#010x}, cfsr {=u32:#010x}",
                on,
                pc,
                lr,
                cfsr
            );
        }
    })
}

#[exception]
unsafe fn DefaultHandler(interrupt: i16) {
    #[cfg(feature = "tests")]
    if crate::interrupts::handle(interrupt) {
        return;
    }
    panic::end(exit::FAULTED, || {
        defmt::error!("unexpected exception{=str}: interrupt {=i16}", cores::suffix(), interrupt);
    })
}
