//! The failures that are accepted, because they need a proposal that the interpreter lacks.

use std::collections::BTreeMap;

/// One line a file: its name, how many of its directives fail, and for want of what.
const LIST: &str = if cfg!(all(feature = "simd", feature = "memory64")) {
    include_str!("accepted/simd-memory64.txt")
} else {
    include_str!("accepted/firmware.txt")
};

/// How many directives of a file fail.
pub(crate) struct Accepted(BTreeMap<&'static str, usize>);

impl Accepted {
    /// Reads the list. Empty lines and those that begin with `#` are for people.
    pub(crate) fn read() -> Self {
        let mut counts = BTreeMap::new();
        for line in LIST.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut fields = line.split_whitespace();
            let (file, count) = (fields.next(), fields.next().and_then(|count| count.parse().ok()));
            let (Some(file), Some(count), Some(_reason)) = (file, count, fields.next()) else {
                panic!("an accepted failure needs a file, a count and a reason: {line}");
            };
            assert!(counts.insert(file, count).is_none(), "{file} is listed twice");
        }
        Self(counts)
    }

    pub(crate) fn count(&self, file: &str) -> usize {
        self.0.get(file).copied().unwrap_or_default()
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &str> {
        self.0.keys().copied()
    }
}
