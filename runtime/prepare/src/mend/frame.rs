//! Blocks that a function is in.

use super::signature::{Signature, Values};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Block,
    Loop,
    If,
    Else,
}

/// A block that a function is in; the first one is the function itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Frame {
    pub(super) kind: Kind,
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
            Kind::Loop => self.ty.parameters,
            Kind::Block | Kind::If | Kind::Else => self.ty.results,
        }
    }
}
