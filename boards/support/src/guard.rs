//! Stack overflow becomes a fault.

#![expect(unsafe_code, reason = "programs the stack limit or the memory protection unit")]

#[cfg(not(feature = "sse-200"))]
pub(crate) use region::start;

/// Lets the processor refuse a stack pointer below the stack of the core that runs.
#[cfg(feature = "sse-200")]
pub(crate) fn start(_: &cortex_m::Peripherals) {
    // SAFETY: the limit is the end of the stack that is in use.
    unsafe { cortex_m::register::msplim::write(crate::stack::end() as u32) };
}

#[cfg(not(feature = "sse-200"))]
mod region {
    use cortex_m::{Peripherals, asm};

    /// Bytes below the stack that no access may touch; more than any one stack frame.
    const GUARD_LOG2: u32 = 16;

    const ENABLE: u32 = 1;
    /// Outside the regions the default memory map stays in force.
    const PRIVILEGED_DEFAULT: u32 = 1 << 2;
    /// In the region address register: take the region number from the low bits.
    const VALID: u32 = 1 << 4;
    const EXECUTE_NEVER: u32 = 1 << 28;

    /// Forbids every access to the 64 KiB below the stack, which lies at the bottom of RAM.
    ///
    /// Does nothing without a memory protection unit, or where the stack is not aligned to 64 KiB.
    pub(crate) fn start(peripherals: &Peripherals) {
        let mpu = &peripherals.MPU;
        let stack_end = crate::stack::end() as u32;
        let regions = mpu._type.read() >> 8 & 0xFF;
        let base = stack_end.wrapping_sub(1 << GUARD_LOG2);
        if regions == 0 || base & ((1 << GUARD_LOG2) - 1) != 0 {
            return;
        }
        // SAFETY: region 0 covers only addresses outside RAM and flash, so no access of this
        // program is forbidden but one that has left the stack.
        unsafe { mpu.rbar.write(base | VALID) };
        // SAFETY: no access, 2^(size + 1) bytes; as above.
        unsafe { mpu.rasr.write(EXECUTE_NEVER | (GUARD_LOG2 - 1) << 1 | ENABLE) };
        // SAFETY: the default map stays in force everywhere else.
        unsafe { mpu.ctrl.write(PRIVILEGED_DEFAULT | ENABLE) };
        asm::dsb();
        asm::isb();
    }
}
