//! Processor faults and what the watchdog interrupts: where it was, and the end of the run.

#![expect(unsafe_code, reason = "an exception entry sets up its own stack before any Rust runs")]

use core::arch::naked_asm;

use cortex_m::{
    peripheral::{SCB, scb::VectActive},
    register::msp,
};
use cortex_m_rt::exception;

use crate::{cause, end::end, failure::Failure, trace, watchdog};

/// Entered by hardware, on the core whose stack lies between the two symbols. Everything worth keeping
/// is fetched into registers first. Where the stack has no 2 KiB left it may have overflowed: then
/// the stack pointer starts again at the top.
macro_rules! entry {
    ($name:ident, $export:literal, $end:literal, $start:literal) => {
        /// # Safety
        /// For the vector table only.
        #[unsafe(export_name = $export)]
        #[unsafe(naked)]
        pub(crate) unsafe extern "C" fn $name() -> ! {
            naked_asm!(
                in_compartment!(),
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
                "add r3, r3, #2048",
                "cmp r0, r3",
                without_limit!(),
                "bhs 2f",
                concat!("ldr r3, =", $start),
                "msr msp, r3",
                "2:",
                "b {report}",
                report = sym report,
            )
        }
    };
}

/// A compartment has the other stack, with the exception frame. Of what called it this one tells.
#[cfg(feature = "compartments")]
macro_rules! in_compartment {
    () => {
        concat!(
            "tst lr, #4\n",
            "beq 3f\n",
            "mrs r0, psp\n",
            "ldr r1, [r0, #24]\n",
            "ldr r2, [r0, #20]\n",
            "mrs r0, msp\n",
            without_limit!(),
            "\nb {report}\n",
            "3:"
        )
    };
}
#[cfg(not(feature = "compartments"))]
macro_rules! in_compartment {
    () => {
        ""
    };
}

/// Where the processor has a stack limit, the report is free of it.
#[cfg(feature = "sse-200")]
macro_rules! without_limit {
    () => {
        "mov r3, #0\nmsr msplim, r3"
    };
}
#[cfg(not(feature = "sse-200"))]
macro_rules! without_limit {
    () => {
        ""
    };
}

entry!(hard_fault, "HardFault", "_stack_end", "_stack_start");
entry!(non_maskable, "NonMaskableInt", "_stack_end", "_stack_start");
#[cfg(feature = "sse-200")]
entry!(second_hard_fault, "SecondHardFault", "_stack1_end", "_stack1_start");

/// Reports the exception: stack pointer at entry, program counter and link register of the code that
/// was interrupted (both 0 when the stack overflowed and none were saved).
unsafe extern "C" fn report(sp: u32, pc: u32, lr: u32) -> ! {
    end(|| {
        // SAFETY: reading the fault status has no side effect.
        let cfsr = unsafe { (*SCB::PTR).cfsr.read() };
        let trace = trace::from(pc, lr, sp);
        match SCB::vect_active() {
            VectActive::Exception(cortex_m::peripheral::scb::Exception::NonMaskableInt) => {
                if watchdog::is_armed() {
                    Failure::watchdog(trace)
                } else {
                    Failure::exception(NON_MASKABLE, trace)
                }
            }
            _ if pc == 0 || cfsr & cause::STACK_OVERFLOW != 0 => Failure::stack(sp, trace),
            _ => Failure::fault(cfsr, address(cfsr), trace),
        }
    })
}

/// The interrupt number of the exception that nothing masks.
const NON_MASKABLE: i16 = -14;

/// The address whose access faulted, or 0.
fn address(cfsr: u32) -> u32 {
    let scb = SCB::PTR;
    if cfsr & cause::MEMORY_ADDRESS != 0 {
        // SAFETY: reading the fault address has no side effect.
        unsafe { (*scb).mmfar.read() }
    } else if cfsr & cause::BUS_ADDRESS != 0 {
        // SAFETY: as above.
        unsafe { (*scb).bfar.read() }
    } else {
        0
    }
}

#[exception]
unsafe fn DefaultHandler(interrupt: i16) {
    #[cfg(feature = "tests")]
    if crate::interrupts::handle(interrupt) {
        return;
    }
    end(|| Failure::exception(interrupt, trace::from(0, 0, msp::read())))
}
