//! What a module imports, and whether the boards' runner has it.

use super::offered;

#[derive(Debug)]
pub(crate) struct Imported {
    pub(crate) module: String,
    pub(crate) name: String,
    pub(crate) ty: String,
    /// The types of the function of that name that the runner has, if it has one.
    pub(crate) offered: Vec<&'static str>,
    /// Whether the runner has it, with that type.
    pub(crate) is_offered: bool,
}

impl Imported {
    /// An import of a type in the words of the text format; the runner makes some, unless it has a function
    /// of that name.
    pub(super) fn of(module: &str, name: &str, ty: String, is_made: bool) -> Self {
        let offered = offered::types(module, name);
        let is_offered = (is_made && offered.is_empty()) || offered.contains(&ty.as_str());
        Self { module: module.to_owned(), name: name.to_owned(), ty, offered, is_offered }
    }

    /// Whether the runner has nothing of that name.
    pub(crate) fn is_unknown(&self) -> bool {
        !self.is_offered && self.offered.is_empty()
    }

    /// Whether the runner has something else of that name.
    pub(crate) fn is_incompatible(&self) -> bool {
        !self.is_offered && !self.offered.is_empty()
    }

    /// Whether the runner has it, in words, and what it has instead.
    pub(super) fn told(&self) -> String {
        match (self.is_offered, self.is_unknown()) {
            (true, _) => "offered".to_owned(),
            (false, true) => "NOT OFFERED".to_owned(),
            (false, false) => format!("OFFERED AS {}", self.offered.join(" or ")),
        }
    }
}
