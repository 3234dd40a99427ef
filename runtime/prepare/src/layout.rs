//! What is in a module, as far as the emitter needs to know it.

use super::{lowering::Lowering, names::Names, section::Sections};

/// What is in a module, and what to change.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) sections: Sections,
    /// Globals, imported and defined.
    pub(super) globals: u32,
    pub(super) defined_memories: u32,
    pub(super) imports_shared: bool,
    /// The start function.
    pub(super) start: Option<u32>,
    /// Whether there are data segments, which the code lacks.
    pub(super) has_data: bool,
    /// How many active segments have an offset that is not a constant.
    pub(super) computed_offsets: u32,
    pub(super) names: Names,
    /// Types, without appended ones.
    pub(super) types: u32,
    /// What to change in function bodies; nothing in a module prepared ahead of time.
    pub(super) lowering: Lowering,
}

impl Layout {
    /// Whether there is anything to change.
    pub(super) fn changes(&self) -> bool {
        self.defined_memories > 0
            || self.imports_shared
            || self.start.is_some()
            || self.has_data
            || self.lowering.changes()
    }
}
