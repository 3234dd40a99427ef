//! Blocks that a function is in.

use super::{
    super::block_kind::BlockKind,
    signature::{Signature, Values},
};

/// A block that a function is in; the first one is the function itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) kind: BlockKind,
    pub(super) ty: Signature,
    /// The number of operands below its own.
    pub(super) height: usize,
    /// Whether there is a branch to it.
    pub(super) branched: bool,
    /// Whether its condition may be a constant.
    pub(super) constant: bool,
}

impl Frame {
    /// What a branch to it carries.
    pub(super) fn label(&self) -> Values {
        match self.kind {
            BlockKind::Loop => self.ty.parameters,
            BlockKind::Block | BlockKind::If | BlockKind::Else => self.ty.results,
        }
    }
}
