//! Operations on many elements of a table, in pieces between which the guest can be stopped.

use super::{
    assembler::Assembler,
    opcode,
    scratch::{Class, Scratch},
};
use crate::interruption_feature::Interruptible;

/// Elements of a piece.
const PIECE: i32 = 512;

/// `table.init`, `table.copy` or `table.fill`, of tables with 32-bit indices.
///
/// The instruction itself is written several times: where the whole can't be in bounds, and traps; with no
/// element behind the last one, which traps unless the whole is; and for each piece.
pub(super) struct TablePieces {
    pub(super) _proof: Interruptible,
    /// What the second operand is: an index, or the value of `table.fill`.
    pub(super) second: Class,
    /// Whether what is copied may be overwritten, so that the last piece may have to come first.
    pub(super) overlaps: bool,
}

/// Where the operands are.
struct Operands {
    to: u32,
    second: u32,
    count: u32,
    /// Elements of the next piece.
    piece: u32,
    /// Whether the second one is an index.
    is_index: bool,
}

impl TablePieces {
    /// How many local variables it needs.
    pub(super) fn scratch(&self) -> Scratch {
        let mut scratch = Scratch::default();
        self.take(&mut scratch);
        scratch
    }

    fn take(&self, scratch: &mut Scratch) -> Operands {
        let [to, count, piece] = [(); 3].map(|()| scratch.take(Class::I32));
        let second = scratch.take(self.second);
        Operands { to, second, count, piece, is_index: self.second == Class::I32 }
    }

    /// Emits it.
    pub(super) fn write(&self, assembler: &mut Assembler<'_, '_>, mut scratch: Scratch) {
        let operands = self.take(&mut scratch);
        let Operands { to, second, count, .. } = operands;
        for local in [count, second, to] {
            assembler.local(opcode::LOCAL_SET, local);
        }
        operands.check(assembler);
        if !self.overlaps {
            operands.forwards(assembler);
            return;
        }
        get(assembler, &[to, second]);
        assembler.instructions(&[opcode::I32_LE_U, opcode::IF, opcode::EMPTY]);
        operands.forwards(assembler);
        assembler.instructions(&[opcode::ELSE]);
        operands.backwards(assembler);
        assembler.instructions(&[opcode::END]);
    }
}

fn get(assembler: &mut Assembler<'_, '_>, locals: &[u32]) {
    for local in locals {
        assembler.local(opcode::LOCAL_GET, *local);
    }
}

impl Operands {
    /// The local variables that are indices.
    fn indices(&self) -> impl Iterator<Item = u32> {
        [self.to].into_iter().chain(self.is_index.then_some(self.second))
    }

    /// Traps unless the whole is in bounds.
    fn check(&self, assembler: &mut Assembler<'_, '_>) {
        let Self { to, second, count, .. } = *self;
        for index in self.indices() {
            get(assembler, &[index, count]);
            assembler.instructions(&[opcode::I32_ADD]);
            get(assembler, &[index]);
            assembler.instructions(&[opcode::I32_LT_U]);
        }
        if self.is_index {
            assembler.instructions(&[opcode::I32_OR]);
        }
        assembler.instructions(&[opcode::IF, opcode::EMPTY]);
        get(assembler, &[to, second, count]);
        assembler.keep();
        assembler.instructions(&[opcode::END]);
        self.at(assembler, count);
        assembler.i32_const(0);
        assembler.keep();
    }

    /// Pushes the first two operands, so many elements on.
    fn at(&self, assembler: &mut Assembler<'_, '_>, elements: u32) {
        get(assembler, &[self.to, elements]);
        assembler.instructions(&[opcode::I32_ADD]);
        get(assembler, &[self.second]);
        if self.is_index {
            get(assembler, &[elements]);
            assembler.instructions(&[opcode::I32_ADD]);
        }
    }

    /// Takes the elements of the next piece from those that are left.
    fn next(&self, assembler: &mut Assembler<'_, '_>) {
        let Self { count, piece, .. } = *self;
        get(assembler, &[count]);
        assembler.local(opcode::LOCAL_SET, piece);
        get(assembler, &[count]);
        assembler.i32_const(PIECE);
        assembler.instructions(&[opcode::I32_GT_U, opcode::IF, opcode::EMPTY]);
        assembler.i32_const(PIECE);
        assembler.local(opcode::LOCAL_SET, piece);
        assembler.instructions(&[opcode::END]);
        get(assembler, &[count, piece]);
        assembler.instructions(&[opcode::I32_SUB]);
        assembler.local(opcode::LOCAL_SET, count);
    }

    fn forwards(&self, assembler: &mut Assembler<'_, '_>) {
        let Self { to, second, count, piece, .. } = *self;
        assembler.instructions(&[opcode::LOOP, opcode::EMPTY]);
        self.next(assembler);
        get(assembler, &[to, second, piece]);
        assembler.keep();
        for index in self.indices() {
            get(assembler, &[index, piece]);
            assembler.instructions(&[opcode::I32_ADD]);
            assembler.local(opcode::LOCAL_SET, index);
        }
        get(assembler, &[count]);
        assembler.local(opcode::BRANCH_IF, 0);
        assembler.instructions(&[opcode::END]);
    }

    fn backwards(&self, assembler: &mut Assembler<'_, '_>) {
        assembler.instructions(&[opcode::LOOP, opcode::EMPTY]);
        self.next(assembler);
        self.at(assembler, self.count);
        get(assembler, &[self.piece]);
        assembler.keep();
        get(assembler, &[self.count]);
        assembler.local(opcode::BRANCH_IF, 0);
        assembler.instructions(&[opcode::END]);
    }
}
