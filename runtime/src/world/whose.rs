//! Whose frames are told, and how many there were.

use alloc::vec::Vec;

/// Whose frames a session has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Whose {
    /// Those of the instances that its embedder made.
    #[default]
    Program,
    /// Those of a thread's instance, if it has a shadow stack: its place in the list.
    Thread(Option<usize>),
}

/// How large the shadow stacks of a session were.
#[derive(Debug, Default)]
pub(crate) struct Tops(pub(super) Vec<u32>);
