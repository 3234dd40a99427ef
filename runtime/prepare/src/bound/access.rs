//! Following accesses to memory.

use super::super::mend::take_access;
use super::{
    frame::Certainty,
    operand::{CONSTANT, LOCAL, Operand, SLOT},
    plain::{CODE, MEMORY},
    value::Value,
    walk::Walk,
};
use core::slice::Iter;

/// The bit of the first immediate that another one follows, which is the memory.
const HAS_MEMORY: u8 = 1 << 6;

/// What an access to memory says of the address, besides the operand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    /// The first memory, at an offset of 16 bits.
    Near,
    Far,
    /// At an offset that is larger than any address.
    Beyond,
}

impl Access {
    /// Takes the immediates of an access.
    #[inline(always)]
    pub(super) fn take(rest: &mut Iter<'_, u8>) -> Option<Self> {
        let (access, behind) = Self::read(rest.as_slice())?;
        *rest = behind.iter();
        Some(access)
    }

    #[inline(never)]
    fn read(mut rest: &[u8]) -> Option<(Self, &[u8])> {
        if let [..HAS_MEMORY, ..0x80, behind @ ..] | [..HAS_MEMORY, _, ..0x80, behind @ ..] = rest {
            return Some((Self::Near, behind));
        }
        let (memory, offset) = take_access(&mut rest)?;
        let access = match offset {
            0..=0xffff if memory == 0 => Self::Near,
            _ if u32::try_from(offset).is_ok() => Self::Far,
            _ => Self::Beyond,
        };
        Some((access, rest))
    }
}

impl Walk<'_, '_> {
    /// Bytes of the address of an access to memory.
    #[inline(always)]
    fn address(&mut self, address: Operand, access: Access) -> u32 {
        const ADDRESS: u32 = 8;
        const OFFSET: u32 = 4;
        const SHORT_OFFSET: u32 = 2;
        let constant = address.may_be(CONSTANT);
        if constant || access == Access::Beyond {
            self.reachable = self.reachable.min(Certainty::Maybe);
        }
        let other = if address.may_be(LOCAL | SLOT) { 2 } else { 0 };
        let other = match access {
            Access::Near => other + SHORT_OFFSET,
            Access::Far | Access::Beyond => other + OFFSET + MEMORY,
        };
        if constant { other.max(ADDRESS + MEMORY) } else { other }
    }

    pub(super) fn load(&mut self, ty: Value, access: Access) {
        let address = self.operands.pop();
        let bytes = CODE + self.address(address, access);
        self.result(ty, bytes);
    }

    pub(super) fn store(&mut self, access: Access) {
        let [address, value] = self.operands.pop_two();
        let bytes = CODE + self.address(address, access) + value.argument();
        self.emit(bytes);
    }
}
