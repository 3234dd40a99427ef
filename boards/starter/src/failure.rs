//! How the firmware failed: kept in RAM that a reset leaves as it is, and told at the next boot.

use core::arch::naked_asm;
use core::panic::PanicInfo;
use core::sync::atomic::{AtomicBool, Ordering::Relaxed};
use cortex_m::peripheral::{MPU, SCB};
use semihosting::{print, println};

/// What begins a report.
const MAGIC: u32 = u32::from_le_bytes(*b"FAIL");

/// A failure. RAM always holds some words, of which few are a report.
#[derive(Clone, Copy, PartialEq)]
#[repr(C)]
struct Report {
    magic: u32,
    kind: u32,
    /// Where the code was, to be looked up by `addr2line`, or 0.
    address: u32,
    /// The processor's fault status.
    status: u32,
    /// All the others together.
    checksum: u32,
}

const PANIC: u32 = 1;
const STACK: u32 = 2;
const FAULT: u32 = 3;

/// Whether the last boot failed, too: then the chip does not start again.
static AGAIN: AtomicBool = AtomicBool::new(false);

impl Report {
    fn new(kind: u32, address: u32, status: u32) -> Report {
        let checksum = !(MAGIC ^ kind ^ address.rotate_left(8) ^ status.rotate_left(16));
        Report { magic: MAGIC, kind, address, status, checksum }
    }

    fn place() -> *mut Report {
        unsafe extern "C" {
            static mut _retained: Report;
        }
        &raw mut _retained
    }

    /// Keeps it for the next boot, which begins now.
    fn keep(self) -> ! {
        // SAFETY: the memory map sets these bytes aside for it.
        unsafe { Report::place().write_volatile(self) };
        if AGAIN.load(Relaxed) {
            semihosting::process::exit(101)
        }
        SCB::sys_reset()
    }
}

/// Makes every access to the 64 KiB below the stack a fault, where the chip has a memory protection unit.
pub fn guard_stack(mpu: &MPU) {
    unsafe extern "C" {
        static _stack_end: u32;
    }
    let base = (&raw const _stack_end as u32).wrapping_sub(1 << 16);
    if mpu._type.read() == 0 || !base.is_multiple_of(1 << 16) {
        return;
    }
    // SAFETY: the region, of number 0, is below RAM: nothing accesses it but a stack that overflows.
    unsafe { mpu.rbar.write(base | 1 << 4) };
    // SAFETY: as above. No access, no code, 2^(15 + 1) bytes.
    unsafe { mpu.rasr.write(1 << 28 | 15 << 1 | 1) };
    // SAFETY: everything else stays as it is.
    unsafe { mpu.ctrl.write(1 << 2 | 1) };
    cortex_m::asm::dsb();
    cortex_m::asm::isb();
}

/// Tells how the last boot failed, if it did, and forgets it.
pub fn tell_last() {
    // SAFETY: as above; any words are a report, valid or not.
    let Report { kind, address, status, .. } = unsafe { Report::place().read_volatile() };
    // SAFETY: as above.
    let found = unsafe { Report::place().read_volatile() };
    if found != Report::new(kind, address, status) {
        return;
    }
    AGAIN.store(true, Relaxed);
    print!("the last boot failed: ");
    match kind {
        PANIC => println!("panic"),
        STACK => println!("stack overflow"),
        _ => println!("fault at {:#010x}, status {:#010x}", address, status),
    }
    // SAFETY: as above.
    unsafe { Report::place().write_volatile(Report::new(0, 0, 0)) };
}

/// Reading the panic's message would keep the messages of all dependencies in flash: 80 KB.
#[panic_handler]
fn panic(_: &PanicInfo<'_>) -> ! {
    Report::new(PANIC, 0, 0).keep()
}

/// Every fault ends here, with the stack as it was, which may have no room for more.
#[unsafe(export_name = "HardFault")]
#[unsafe(naked)]
unsafe extern "C" fn hard_fault() -> ! {
    naked_asm!(
        "mrs r0, msp",
        "ldr r1, =_stack_start",
        "msr msp, r1",
        "b {fault}",
        fault = sym fault,
    )
}

/// Reports the fault of code whose stack pointer was this one.
unsafe extern "C" fn fault(pointer: *const u32) -> ! {
    unsafe extern "C" {
        static _stack_end: u32;
    }
    // SAFETY: reading the fault status has no side effect.
    let status = unsafe { (*SCB::PTR).cfsr.read() };
    if pointer < &raw const _stack_end {
        Report::new(STACK, 0, status).keep()
    }
    // SAFETY: the stack has what the processor has put there, the program counter among it.
    let address = unsafe { pointer.wrapping_add(6).read_volatile() };
    Report::new(FAULT, address, status).keep()
}
