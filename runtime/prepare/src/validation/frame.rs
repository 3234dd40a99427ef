//! Blocks that have not ended.

use super::super::opcode;
use super::{cursor::Cursor, fault::Fault, known::Known, types, value};

/// What a block takes and leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockType {
    Empty,
    Value(u8),
    /// As a function of the type with this index.
    Function(u32),
}

impl BlockType {
    pub(super) fn read(known: &Known, cursor: &mut Cursor<'_>) -> Result<Self, Fault> {
        const FIRST_INDEX_END: u8 = 0x40;
        const LONG: u8 = 0x80;
        if cursor.takes(opcode::EMPTY) {
            return Ok(Self::Empty);
        }
        if let FIRST_INDEX_END..LONG = cursor.peek()? {
            return types::value(cursor).map(Self::Value);
        }
        let index = cursor.type_index()?;
        known.types.check(index)?;
        Ok(Self::Function(index))
    }

    pub(super) fn parameters(self, known: &Known) -> Result<&[u8], Fault> {
        match self {
            Self::Empty | Self::Value(_) => Ok(&[]),
            Self::Function(index) => known.types.get(index).map(|(parameters, _)| parameters),
        }
    }

    pub(super) fn results(self, known: &Known) -> Result<&[u8], Fault> {
        match self {
            Self::Empty => Ok(&[]),
            Self::Value(ty) => Ok(value::alone(ty)),
            Self::Function(index) => known.types.get(index).map(|(_, results)| results),
        }
    }
}

/// A block that has not ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// The instruction that began this part of it: a block, a loop, an `if` or an `else`.
    pub(super) opcode: u8,
    /// Whether the end of what has been read can't be reached.
    pub(super) unreachable: bool,
    pub(super) ty: BlockType,
    /// How many operands are below it.
    pub(super) height: usize,
}

impl Frame {
    /// The types of what a branch to it takes.
    pub(super) fn label(self, known: &Known) -> Result<&[u8], Fault> {
        if self.opcode == opcode::LOOP { self.ty.parameters(known) } else { self.ty.results(known) }
    }
}
