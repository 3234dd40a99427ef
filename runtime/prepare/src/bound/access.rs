//! Following accesses to memory.

use super::{
    frame::Certainty,
    operand::{CONSTANT, Operand},
    plain::{CODE, MEMORY},
    value::Value,
    walk::Walk,
};

impl Walk<'_, '_> {
    /// Bytes of the address of an access to memory.
    pub(super) fn address(&mut self, address: Operand) -> u32 {
        const ADDRESS: u32 = 8;
        const OFFSET: u32 = 4;
        const SHORT_OFFSET: u32 = 2;
        let (memory, offset) = (self.instruction.index, self.instruction.value);
        let constant = address.may_be(CONSTANT);
        if constant || u32::try_from(offset).is_err() {
            self.reachable = self.reachable.min(Certainty::Maybe);
        }
        let other = Operand { places: address.places & !CONSTANT, ..address }.argument();
        let other = match offset {
            0..=0xffff if memory == 0 => other + SHORT_OFFSET,
            _ => other + OFFSET + MEMORY,
        };
        if constant { other.max(ADDRESS + MEMORY) } else { other }
    }

    pub(super) fn load(&mut self, ty: Value) {
        let address = self.operands.pop();
        let bytes = CODE + self.address(address);
        self.result(ty, bytes);
    }

    pub(super) fn store(&mut self) {
        let value = self.operands.pop();
        let address = self.operands.pop();
        let bytes = CODE + self.address(address) + value.argument();
        self.emit(bytes);
    }
}
