//! Processor faults: one `error!` line that says where, and the end of the run.

#![expect(unsafe_code, reason = "an exception entry sets up its own stack before any Rust runs")]

use core::arch::naked_asm;

use cortex_m::peripheral::SCB;
use cortex_m_rt::exception;

use crate::{exit, panic};

/// Entered by hardware. The stack may have overflowed, so everything worth keeping is fetched
/// into registers before the stack pointer starts again at the top.
///
/// # Safety
/// For the vector table only.
#[unsafe(export_name = "HardFault")]
#[unsafe(naked)]
unsafe extern "C" fn hard_fault() -> ! {
    naked_asm!(
        "mrs r0, msp",
        "movs r1, #0",
        "movs r2, #0",
        "ldr r3, =_stack_end",
        "cmp r0, r3",
        // Below the stack there is no exception frame to read.
        "blo 1f",
        "ldr r1, [r0, #24]",
        "ldr r2, [r0, #20]",
        "1:",
        "ldr r3, =_stack_start",
        "msr msp, r3",
        "b {report}",
        report = sym report,
    )
}

/// Reports the fault: stack pointer at entry, program counter and link register of the code that
/// faulted (both 0 when the stack overflowed and none were saved).
unsafe extern "C" fn report(sp: u32, pc: u32, lr: u32) -> ! {
    // SAFETY: reading the fault status has no side effect.
    let cfsr = unsafe { (*SCB::PTR).cfsr.read() };
    panic::end(exit::FAULTED, || {
        if pc == 0 {
            defmt::error!("stack overflow: sp {=u32:#010x}, cfsr {=u32:#010x}", sp, cfsr);
        } else {
            defmt::error!(
                "hard fault: pc {=u32:#010x}, lr {=u32:#010x}, cfsr {=u32:#010x}",
                pc,
                lr,
                cfsr
            );
        }
    })
}

#[exception]
unsafe fn DefaultHandler(interrupt: i16) -> ! {
    panic::end(exit::FAULTED, || {
        defmt::error!("unexpected exception: interrupt {=i16}", interrupt);
    })
}
