//! What takes the place of an instruction.

use super::{
    assembler::Assembler, atomics::Inline, call::Call, helper::Helper, host_table::HostTable,
    opcode, scratch::Scratch, table_pieces::TablePieces,
};

/// What takes the place of an instruction.
pub(super) enum Change {
    /// Nothing: threads of one world only ever take turns.
    Nothing,
    /// Plain instructions.
    Inline(Inline),
    /// A call of the host.
    Call(Call),
    /// The same in pieces.
    Pieces(TablePieces),
    /// The instruction itself, although it would be another one with threads.
    NeedsThreads,
}

impl Change {
    /// The helper that is called, if any.
    pub(super) fn helper(&self) -> Option<Helper> {
        match self {
            Self::Nothing | Self::Pieces(_) | Self::NeedsThreads => None,
            Self::Inline(inline) => inline.is_checked().then_some(Helper::Unaligned),
            Self::Call(call) => Some(call.helper),
        }
    }

    /// How many local variables it needs.
    pub(super) fn scratch(&self) -> Scratch {
        match self {
            Self::Inline(inline) => inline.scratch(),
            Self::Call(call) => call.scratch(),
            Self::Pieces(pieces) => pieces.scratch(),
            Self::Nothing | Self::NeedsThreads => Scratch::default(),
        }
    }

    /// Emits it. The helper has a slot of the table.
    pub(super) fn write(
        &self,
        assembler: &mut Assembler<'_, '_>,
        scratch: Scratch,
        host: &HostTable,
    ) {
        let target = self.helper().and_then(|helper| host.target(helper)).unwrap_or_default();
        match self {
            Self::Nothing => assembler.instructions(&[opcode::NOP]),
            Self::Inline(inline) => inline.write(assembler, scratch, target),
            Self::Call(call) => call.write(assembler, scratch, target),
            Self::Pieces(pieces) => pieces.write(assembler, scratch),
            Self::NeedsThreads => assembler.keep(),
        }
    }
}
