//! The functions of a module, by the size of their code.

/// A function that the module defines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Function {
    /// Its number, counted with those that are imported.
    pub(crate) index: u32,
    /// By the module's names, or else that of its export.
    pub(crate) name: Option<String>,
    /// Bytes of its code.
    pub(crate) bytes: u64,
}

/// The largest functions, at most so many.
pub(crate) fn largest(functions: &[Function], count: usize) -> Vec<&Function> {
    let mut largest: Vec<_> = functions.iter().collect();
    largest.sort_by_key(|function| (std::cmp::Reverse(function.bytes), function.index));
    largest.truncate(count);
    largest
}
