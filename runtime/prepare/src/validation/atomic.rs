//! Atomic instructions.

use super::super::opcode::{I32, I64};
use super::{Proposals, cursor::Cursor, fault::Fault, function::Function, known::Known};

const NOTIFY: u32 = 0;
const WAIT_32: u32 = 1;
const WAIT_64: u32 = 2;
const FENCE: u32 = 3;
const LOADS: u32 = 0x10;
const STORES: u32 = 0x17;
const COMPUTES: u32 = 0x1e;
const EXCHANGES: u32 = 0x48;
const END: u32 = 0x4f;

/// How many widths there are of each.
const WIDTHS: u32 = 7;

/// The type of the values of each width, and the alignment.
const fn width(code: u32) -> (u8, u32) {
    match (code - LOADS) % WIDTHS {
        0 => (I32, 2),
        1 => (I64, 3),
        2 => (I32, 0),
        3 => (I32, 1),
        4 => (I64, 0),
        5 => (I64, 1),
        _ => (I64, 2),
    }
}

impl Proposals {
    /// Whether there are threads.
    pub(super) const fn threads(self) -> bool {
        cfg!(feature = "threads") && self.threads
    }
}

impl Function {
    #[inline(never)]
    pub(super) fn atomic(&mut self, known: &Known, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        let code = cursor.u32()?;
        let (ty, natural) = match code {
            FENCE if cursor.byte()? == 0 => return Ok(()),
            FENCE => return Err(Fault::Fence),
            NOTIFY | WAIT_32 => (I32, 2),
            WAIT_64 => (I64, 3),
            LOADS..END => width(code),
            _ => return Err(Fault::IllegalOpcode),
        };
        let (address, alignment) = Self::argument(known, cursor, natural)?;
        if alignment != natural {
            return Err(Fault::AtomicAlignment);
        }
        match code {
            NOTIFY => self.pop_all(&[address, I32])?,
            WAIT_32 | WAIT_64 => self.pop_all(&[address, ty, I64])?,
            LOADS..STORES => self.pop(address)?,
            STORES..COMPUTES => return self.pop_all(&[address, ty]),
            COMPUTES..EXCHANGES => self.pop_all(&[address, ty])?,
            _ => self.pop_all(&[address, ty, ty])?,
        }
        self.push(if code < LOADS { I32 } else { ty })
    }
}
