//! The second core of an SSE-200: its vectors, its stack, its start.

#![expect(unsafe_code, reason = "a processor begins with raw addresses, before any Rust runs")]

use core::{
    arch::naked_asm,
    sync::atomic::{AtomicBool, Ordering::Relaxed},
};

use cortex_m::{Peripherals, asm};

use super::{job, two};
use crate::{fault, register::Register};

// SAFETY: where core 1 finds its vectors, in the SSE-200's system control block; a peripheral
// address on every Cortex-M.
const INITSVTOR1: Register = unsafe { Register::at(0x5002_1114) };
// SAFETY: which cores wait after reset; as above.
const CPUWAIT: Register = unsafe { Register::at(0x5002_1118) };
/// The bit of core 1.
const CORE_1: u32 = 1 << 1;

/// A vector: an address, or nothing.
union Vector {
    address: unsafe extern "C" fn(),
    end: unsafe extern "C" fn() -> !,
    stack: *const u32,
    reserved: usize,
}

// SAFETY: a vector is a constant, which only the processor reads.
unsafe impl Sync for Vector {}

/// The stack, and what the processor calls by itself, in its order. The core has no other interrupts.
#[repr(C, align(512))]
struct Vectors([Vector; 16]);

unsafe extern "C" {
    static _stack1_start: u32;
    fn DefaultHandler();
    fn MemoryManagement();
    fn UsageFault();
    fn SVCall();
    fn PendSV();
    fn SysTick();
}

const DEFAULT: Vector = Vector { address: DefaultHandler };
const RESERVED: Vector = Vector { reserved: 0 };

static VECTORS: Vectors = Vectors([
    Vector { stack: &raw const _stack1_start },
    Vector { end: reset },
    DEFAULT,
    Vector { end: fault::second_hard_fault },
    Vector { address: MemoryManagement },
    DEFAULT,
    Vector { address: UsageFault },
    DEFAULT,
    RESERVED,
    RESERVED,
    RESERVED,
    Vector { address: SVCall },
    DEFAULT,
    RESERVED,
    Vector { address: PendSV },
    Vector { address: SysTick },
]);

/// Where the core begins: its stack gets its limit before anything uses it.
///
/// # Safety
/// For the vector table only.
#[unsafe(naked)]
unsafe extern "C" fn reset() -> ! {
    naked_asm!(
        "ldr r0, =_stack1_end",
        "msr msplim, r0",
        "b {main}",
        main = sym main,
    )
}

extern "C" fn main() -> ! {
    // SAFETY: SysTick is this core's own, and nothing else on this core uses it.
    let mut peripherals = unsafe { Peripherals::steal() };
    two::tick(&mut peripherals.SYST);
    job::serve()
}

/// Starts the core. Called again it does nothing.
pub(super) fn start() {
    static STARTED: AtomicBool = AtomicBool::new(false);
    if STARTED.swap(true, Relaxed) {
        return;
    }
    // All that this core wrote is there for the other one.
    asm::dsb();
    INITSVTOR1.write((&raw const VECTORS).addr() as u32);
    CPUWAIT.write(CPUWAIT.read() & !CORE_1);
}
