//! One memory-mapped register.

#![expect(unsafe_code, reason = "memory-mapped registers are raw addresses")]

/// A 32-bit register at a fixed address.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Register(usize);

impl Register {
    /// # Safety
    /// At `address` there is, on every chip that uses this value, either a device register whose
    /// reads and writes do not touch memory that Rust owns, or nothing (an access then faults).
    pub(crate) const unsafe fn at(address: usize) -> Register {
        Register(address)
    }

    pub(crate) fn read(self) -> u32 {
        // SAFETY: a register, as promised to `at`.
        unsafe { (self.0 as *const u32).read_volatile() }
    }

    pub(crate) fn write(self, value: u32) {
        // SAFETY: a register, as promised to `at`.
        unsafe { (self.0 as *mut u32).write_volatile(value) }
    }
}
