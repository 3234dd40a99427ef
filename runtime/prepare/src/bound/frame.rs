//! The blocks that a place in a function is in.

use super::{
    super::{block_kind::BlockKind, mend::Instruction},
    facts::{Facts, Signature},
};

/// How many blocks may be nested before the bound becomes a coarse one.
pub(super) const DEEPEST: usize = 256;

/// Whether something happens in the translator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Certainty {
    No,
    Maybe,
    Yes,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    /// `None` in code that can't be reached.
    pub(super) kind: Option<BlockKind>,
    /// Whether a branch leads to it.
    pub(super) branched: Certainty,
    /// Of the second half of an `if`, whether the end of the first one is reached.
    pub(super) then: Certainty,
    /// Of an `if`, whether its condition is a constant.
    pub(super) constant: bool,
    /// The operands below it.
    pub(super) height: u32,
    pub(super) ty: BlockType,
}

/// The type of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct BlockType(u32);

const VALUE: u32 = 1 << 31;
const EMPTY: u8 = 0x40;

impl BlockType {
    pub(super) const fn function(index: u32) -> Self {
        Self(index & !VALUE)
    }

    /// Of a block that has at most one result, by the byte that says so.
    pub(super) const fn value(byte: u8) -> Self {
        Self(VALUE | byte as u32)
    }

    /// Of a block, by its immediates, and an index if they are one. `None` if they are neither that nor a byte.
    pub(super) fn read(immediates: &[u8], index: u32) -> Option<Self> {
        match immediates.first()? {
            0x63 | 0x64 => None,
            byte @ 0x40..0x80 => Some(Self::value(*byte)),
            _ => Some(Self::function(index)),
        }
    }

    /// Whether it is that of a block without parameters and results.
    pub(super) const fn is_empty(self) -> bool {
        self.0 == Self::value(EMPTY).0
    }

    /// Of the block that an instruction begins.
    pub(super) fn of(instruction: &Instruction) -> Self {
        if instruction.index == Instruction::NO_FUNCTION {
            Self::value(instruction.value as u8)
        } else {
            Self::function(instruction.index)
        }
    }

    #[inline(never)]
    pub(super) fn signature<'m>(self, facts: &mut Facts<'m>) -> Option<Signature<'m>> {
        if self.0 & VALUE == 0 {
            return facts.signature(self.0);
        }
        let results: &[u8] = match self.0 as u8 {
            EMPTY => &[],
            0x7f => &[0x7f],
            0x7e => &[0x7e],
            0x7d => &[0x7d],
            0x7c => &[0x7c],
            0x70 | 0x6f => &[0x70],
            _ => return None,
        };
        Some(Signature { parameters: &[], results })
    }
}

impl Frame {
    /// The types of the values that a branch to it carries.
    #[inline(always)]
    pub(super) fn label<'m>(&self, facts: &mut Facts<'m>) -> Option<&'m [u8]> {
        if self.ty.is_empty() { Some(&[]) } else { self.values(facts) }
    }

    #[inline(never)]
    fn values<'m>(&self, facts: &mut Facts<'m>) -> Option<&'m [u8]> {
        let signature = self.ty.signature(facts)?;
        Some(if self.kind == Some(BlockKind::Loop) {
            signature.parameters
        } else {
            signature.results
        })
    }
}
