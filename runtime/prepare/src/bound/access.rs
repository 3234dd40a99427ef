//! Following accesses to memory.

use super::super::mend::take_access;
use super::{
    frame::Certainty,
    operand::{CONSTANT, Operand},
    plain::{CODE, MEMORY},
    value::Value,
    walk::Walk,
};

/// The bit of the first immediate that another one follows, which is the memory.
const HAS_MEMORY: u8 = 1 << 6;

/// What an access to memory says of the address, besides the operand.
#[derive(Debug, Clone, Copy)]
pub(super) struct Access {
    /// Bytes of it in an instruction of the interpreter.
    bytes: u32,
    /// Whether the offset is larger than any address.
    beyond: bool,
}

impl Access {
    /// Takes the immediates of an access.
    pub(super) fn take(rest: &mut &[u8]) -> Option<Self> {
        const OFFSET: u32 = 4;
        const SHORT_OFFSET: u32 = 2;
        const FAR: Access = Access { bytes: OFFSET + MEMORY, beyond: false };
        const NEAR: Access = Access { bytes: SHORT_OFFSET, beyond: false };
        if let [..HAS_MEMORY, ..0x80, behind @ ..] = rest {
            *rest = behind;
            return Some(NEAR);
        }
        let (memory, offset) = take_access(rest)?;
        Some(match offset {
            0..=0xffff if memory == 0 => NEAR,
            _ => Self { beyond: u32::try_from(offset).is_err(), ..FAR },
        })
    }
}

impl Walk<'_, '_> {
    /// Bytes of the address of an access to memory.
    fn address(&mut self, address: Operand, access: Access) -> u32 {
        const ADDRESS: u32 = 8;
        let constant = address.may_be(CONSTANT);
        if constant || access.beyond {
            self.reachable = self.reachable.min(Certainty::Maybe);
        }
        let other = Operand { places: address.places & !CONSTANT, ..address }.argument();
        let other = other + access.bytes;
        if constant { other.max(ADDRESS + MEMORY) } else { other }
    }

    pub(super) fn load(&mut self, ty: Value, access: Access) {
        let address = self.operands.pop();
        let bytes = CODE + self.address(address, access);
        self.result(ty, bytes);
    }

    pub(super) fn store(&mut self, access: Access) {
        let value = self.operands.pop();
        let address = self.operands.pop();
        let bytes = CODE + self.address(address, access) + value.argument();
        self.emit(bytes);
    }
}
