//! Names that an instrumented module and its host know each other by.

/// What the exports that are added begin with.
pub(crate) const PREFIX: &str = "vellum.backtrace.";

/// The export of the memory with the shadow stack.
pub(crate) const STACK: &str = "vellum.backtrace.stack";

/// The export of the global with the number of bytes that the shadow stack has.
pub(crate) const TOP: &str = "vellum.backtrace.top";

/// What the exports of all memories begin with, before their indices.
pub(crate) const MEMORY: &str = "vellum.backtrace.memory.";

/// What the exports of all globals begin with, before their indices.
pub(crate) const GLOBAL: &str = "vellum.backtrace.global.";

/// The import that a profiled module tells units by: its module, and its name.
pub(crate) const PROFILE: [&str; 2] = ["vellum.profile", "sample"];

/// The import of modules in parts, which are made of instrumented ones and not the other way round.
pub(crate) const PARTS: &str = "vellum.parts";
