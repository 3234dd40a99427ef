//! What a module is, and what its memory looks like, for people.

pub(crate) mod expose;
pub(crate) mod features;
pub(crate) mod functions;
pub(crate) mod imported;
pub(crate) mod memory;
pub(crate) mod module;
pub(crate) mod needs;
pub(crate) mod offered;
pub(crate) mod page;
pub(crate) mod report;
pub(crate) mod room;
pub(crate) mod strings;
pub(crate) mod text;
pub(crate) mod ty;

#[cfg(test)]
mod tests;
