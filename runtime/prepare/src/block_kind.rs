//! Kinds of blocks.

/// How the block begins that a place in a function is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind {
    Block,
    Loop,
    If,
    Else,
}
