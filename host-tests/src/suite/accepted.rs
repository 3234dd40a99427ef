//! The failures that are accepted, because they need a proposal that the interpreter lacks.

use std::collections::BTreeMap;
use vellum_scenarios::script::Way;

/// One line a file: its name, how many of its directives fail, and for want of what.
const LIST: &str = if cfg!(all(feature = "simd", feature = "memory64")) {
    include_str!("accepted/simd-memory64.txt")
} else {
    include_str!("accepted/firmware.txt")
};

/// The same for the files about threads, on an engine that has them.
const THREADS: &str = include_str!("accepted/threads.txt");

/// The files of which more fails on an engine with threads.
const SLICES: &str = include_str!("accepted/slices.txt");

/// How many directives of each file fail.
#[derive(Debug)]
pub struct Accepted {
    all: BTreeMap<&'static str, usize>,
    threads: BTreeMap<&'static str, usize>,
    slices: BTreeMap<&'static str, usize>,
}

impl Accepted {
    /// Reads the lists. Empty lines and those that begin with `#` are for people.
    pub fn read() -> Self {
        Self { all: Self::list(LIST), threads: Self::list(THREADS), slices: Self::list(SLICES) }
    }

    fn list(list: &'static str) -> BTreeMap<&'static str, usize> {
        let mut counts = BTreeMap::new();
        for line in list.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let mut fields = line.split_whitespace();
            let (file, count) = (fields.next(), fields.next().and_then(|count| count.parse().ok()));
            let (Some(file), Some(count), Some(_reason)) = (file, count, fields.next()) else {
                panic!("an accepted failure needs a file, a count and a reason: {line}");
            };
            assert!(counts.insert(file, count).is_none(), "{file} is listed twice");
        }
        counts
    }

    /// How many directives of a file fail.
    pub fn count(&self, file: &str, way: Way) -> usize {
        let list = match way {
            // An engine without threads whose shared memories are another engine's.
            Way::LockedAlone => return 0,
            Way::Slices(_) | Way::Locked if is_about_threads(file) => &self.threads,
            Way::Slices(_) if self.slices.contains_key(file) => &self.slices,
            _ => &self.all,
        };
        list.get(file).copied().unwrap_or_default()
    }

    /// All files of which any fail.
    pub fn files(&self) -> impl Iterator<Item = &str> {
        let lists = [&self.all, &self.threads, &self.slices];
        lists.into_iter().flat_map(BTreeMap::keys).copied()
    }
}

/// Whether a file belongs to the threads proposal.
pub fn is_about_threads(file: &str) -> bool {
    file.starts_with("threads/")
}
