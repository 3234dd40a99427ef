//! Which file of a crate imports which.

use crate::source::{Mention, Source};
use std::collections::{BTreeMap, BTreeSet};

/// The files that each file imports from, by their modules, and the first place where it does.
///
/// A module sees what its ancestors define: what it takes from those is left out.
pub(crate) fn imports(source: &Source) -> BTreeMap<&str, BTreeMap<&str, &Mention>> {
    let mut all = BTreeMap::new();
    for (module, mentions) in &source.files {
        let mut imported = BTreeMap::new();
        for mention in mentions {
            let file = source.file_of(&mention.path);
            if !is_within(module, file) {
                imported.entry(file).or_insert(mention);
            }
        }
        all.insert(module.as_str(), imported);
    }
    all
}

/// Whether a module is another one or lies in it.
pub(crate) fn is_within(module: &str, outer: &str) -> bool {
    let rest = module.strip_prefix(outer);
    outer.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// The circles: sets of files each of which imports, by others of the set, itself.
pub(crate) fn circles(source: &Source) -> BTreeSet<Vec<&str>> {
    let imports = imports(source);
    let reached = |from: &str| {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&str> = imports[from].keys().copied().collect();
        while let Some(file) = next.pop() {
            if reached.insert(file) {
                next.extend(imports[file].keys());
            }
        }
        reached
    };
    let reached: BTreeMap<&str, _> = imports.keys().map(|&file| (file, reached(file))).collect();
    let mut circles = BTreeSet::new();
    for (&file, files) in &reached {
        if files.contains(file) {
            let back = |other: &&str| reached[other].contains(file);
            circles.insert(files.iter().copied().filter(back).collect());
        }
    }
    circles
}
