//! A region of the memory protection unit, the last one, that no access may touch.

#![expect(unsafe_code, reason = "programs the memory protection unit")]

use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use cortex_m::asm;
use cortex_m::peripheral::{MPU, SCB};

/// Bytes below a stack that are the guard's.
pub(crate) const BYTES: usize = 1024;
/// How the end of a stack is aligned.
pub(crate) const ALIGNMENT: usize = BYTES;

/// The memory management fault.
const MEMORY: u32 = 1 << 16;
/// In the fault status: a forbidden access, one on entry of an exception, one when floating-point
/// registers were saved, and that the address is known.
const ACCESS: u32 = 1 << 1;
const ENTRY: u32 = 1 << 4;
const FLOATS: u32 = 1 << 5;
const ADDRESS: u32 = 1 << 7;

const ENABLE: u32 = 1;
/// Outside the regions the default memory map stays in force.
const PRIVILEGED_DEFAULT: u32 = 1 << 2;
/// In the region address register: take the region number from the low bits.
const VALID: u32 = 1 << 4;
const EXECUTE_NEVER: u32 = 1 << 28;
/// No access to a region of the guard's bytes.
const FORBIDDEN: u32 = EXECUTE_NEVER | (BYTES.ilog2() - 1) << 1 | ENABLE;

/// The end of the stack below which the region lies, or 0. It is used by one core alone: others
/// of this architecture have no memory in common.
static LIMIT: AtomicUsize = AtomicUsize::new(0);

/// The last region, if the unit has one that is this module's, or nobody's.
fn number() -> Option<u32> {
    // SAFETY: the registers are there on every processor, and zero without the unit.
    let mpu = unsafe { &*MPU::PTR };
    let number = (mpu._type.read() >> 8 & 0xFF).checked_sub(1)?;
    if LIMIT.load(Relaxed) != 0 {
        return Some(number);
    }
    // SAFETY: selects the region alone.
    unsafe { mpu.rnr.write(number) };
    (mpu.rasr.read() & ENABLE == 0).then_some(number)
}

/// Whether there is a guard: the processor has the unit, and its last region is free.
pub(crate) fn start() -> bool {
    let is_there = critical_section::with(|_| number().is_some());
    if is_there {
        super::faults::enable(MEMORY);
    }
    is_there
}

/// Guards the process stack, whose end is at `limit`.
#[inline]
pub(crate) fn enter(limit: usize) {
    if LIMIT.load(Relaxed) != limit {
        program(limit);
    }
}

#[cold]
fn program(limit: usize) {
    critical_section::with(|_| {
        let Some(number) = number() else { return };
        LIMIT.store(limit, Relaxed);
        // SAFETY: the registers are there.
        let mpu = unsafe { &*MPU::PTR };
        // SAFETY: the bytes below the stack are its guard's, and nothing accesses them.
        unsafe { mpu.rbar.write((limit - BYTES) as u32 | VALID | number) };
        // SAFETY: as above.
        unsafe { mpu.rasr.write(FORBIDDEN) };
        if mpu.ctrl.read() & ENABLE == 0 {
            // SAFETY: the default memory map stays in force but for that region.
            unsafe { mpu.ctrl.write(PRIVILEGED_DEFAULT | ENABLE) };
        }
    });
    asm::dsb();
}

/// No process stack is in use any more. Its guard is nobody's memory, so that it may stay.
pub(crate) fn leave() {}

/// The end of the process stack that was in use last.
pub(crate) fn current() -> usize {
    LIMIT.load(Relaxed)
}

/// Whether the fault that came is an overflow of the process stack with this end, whose pointer is
/// `pointer`. Then it is settled.
pub(crate) fn settle(limit: usize, pointer: usize) -> bool {
    // SAFETY: the registers are there.
    let scb = unsafe { &*SCB::PTR };
    let (status, address) = (scb.cfsr.read(), scb.mmfar.read() as usize);
    let is_guarded = status & ADDRESS != 0 && (limit - BYTES..limit).contains(&address);
    let is_overflow = status & (ACCESS | ENTRY | FLOATS) != 0 && (is_guarded || pointer < limit);
    if is_overflow {
        // SAFETY: clears bits by writing ones.
        unsafe { scb.cfsr.write(status & (ACCESS | ENTRY | FLOATS | ADDRESS)) };
    }
    is_overflow
}

/// The stack with this end is used no more, and its guard neither.
pub(crate) fn remove(limit: usize) {
    critical_section::with(|_| {
        if LIMIT.load(Relaxed) != limit {
            return;
        }
        let Some(number) = number() else { return };
        LIMIT.store(0, Relaxed);
        // SAFETY: the registers are there.
        let mpu = unsafe { &*MPU::PTR };
        // SAFETY: selects the region alone.
        unsafe { mpu.rnr.write(number) };
        // SAFETY: forbids nothing.
        unsafe { mpu.rasr.write(0) };
    });
    asm::dsb();
}

/// Runs `f`, which takes another stack.
pub(crate) fn without<R>(f: impl FnOnce() -> R) -> R {
    f()
}
