//! Names by which the main module and its parts know each other.

/// The module of the host's function that loads parts, and the name of the section with the parts.
pub(crate) const PARTS: &str = "vellum.parts";

/// The host's function.
pub(crate) const LOAD: &str = "load";

/// What the main module's exports for parts begin with.
const PREFIX: &str = "vellum.parts.";

/// A kind of what parts import from the main module.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    Function,
    Global,
    Memory,
    Table,
}

/// The name that the main module exports an item by, given its index there.
pub(crate) fn exported(kind: Kind, index: u32) -> String {
    let letter = match kind {
        Kind::Function => 'f',
        Kind::Global => 'g',
        Kind::Memory => 'm',
        Kind::Table => 't',
    };
    format!("{PREFIX}{letter}{index}")
}

/// Whether only a main module may have an export of this name.
pub(crate) fn is_reserved(name: &str) -> bool {
    name.starts_with(PREFIX)
}
