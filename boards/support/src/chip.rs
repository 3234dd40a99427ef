//! What the chip says it is.

#![expect(unsafe_code, reason = "names the addresses of identification registers")]

use core::fmt;

use crate::register::Register;

// SAFETY: CPUID in the system control space of every Cortex-M.
const CPUID: Register = unsafe { Register::at(0xE000_ED00) };
// SAFETY: MVFR0 in the system control space, zero without a floating-point unit.
const MVFR0: Register = unsafe { Register::at(0xE000_EF40) };
// SAFETY: the SCC block's ID register of the MPS2 boards; a peripheral address on every Cortex-M.
const SCC_ID: Register = unsafe { Register::at(0x4002_FFFC) };
// SAFETY: the same where an SSE-200 keeps it; a peripheral address on every Cortex-M.
const SCC_ID_SSE200: Register = unsafe { Register::at(0x5030_0FFC) };
// SAFETY: DBGMCU_IDCODE of the STM32; in the private peripheral space of every Cortex-M.
const DBGMCU_IDCODE: Register = unsafe { Register::at(0xE004_2000) };

/// The processor core, as its CPUID register names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Core {
    cpuid: u32,
    float: bool,
}

impl Core {
    /// Reads the core's registers.
    pub fn read() -> Core {
        Core { cpuid: CPUID.read(), float: MVFR0.read() != 0 }
    }
}

impl fmt::Display for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.cpuid >> 4 & 0xFFF {
            0xC23 => f.write_str("Cortex-M3")?,
            0xC24 => f.write_str("Cortex-M4")?,
            0xC27 => f.write_str("Cortex-M7")?,
            0xD21 => f.write_str("Cortex-M33")?,
            part => write!(f, "Arm core {part:#x}")?,
        }
        if self.float {
            f.write_str("F")?;
        }
        write!(f, " r{}p{}", self.cpuid >> 20 & 0xF, self.cpuid & 0xF)
    }
}

/// A chip or board, as its identification register names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chip {
    /// An Arm MPS2 board by the SCC block's ID register: its FPGA image in BCD.
    Mps2(u32),
    /// An STM32 by its debug unit's device and revision.
    Stm32(u32),
}

impl Chip {
    /// Reads the MPS2's identification. On another chip this faults.
    pub fn mps2() -> Chip {
        Chip::Mps2(SCC_ID.read())
    }

    /// Reads the identification of an MPS2 with an SSE-200. On another chip this faults.
    pub fn mps2_sse200() -> Chip {
        Chip::Mps2(SCC_ID_SSE200.read())
    }

    /// Reads the STM32's identification. On another chip this faults.
    pub fn stm32() -> Chip {
        Chip::Stm32(DBGMCU_IDCODE.read())
    }
}

impl fmt::Display for Chip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Chip::Mps2(id) => write!(f, "MPS2 AN{:x} (SCC id {id:#010x})", id >> 4 & 0xFFF),
            Chip::Stm32(0) => f.write_str("STM32 without an id (emulated)"),
            Chip::Stm32(id) => match id & 0xFFF {
                0x413 => write!(f, "STM32F405/407 (revision {:#06x})", id >> 16),
                device => write!(f, "STM32 device {device:#x} (revision {:#06x})", id >> 16),
            },
        }
    }
}
