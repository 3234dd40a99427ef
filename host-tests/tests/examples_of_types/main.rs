//! Every public type and trait of the libraries shows how it is used: its documentation has an example
//! that the documentation's tests compile.

mod items;

use items::{Item, exports, items};
use proc_macro2::TokenStream;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Where the sources of the libraries are.
const SOURCES: [&str; 10] = [
    "memory-core/src",
    "runtime/compartment/src",
    "runtime/guest/src",
    "runtime/instrument/src",
    "runtime/optimize/src",
    "runtime/src",
    "runtime/prepare/src",
    "runtime/sign/src",
    "runtime/split/src",
    "runtime/build/src",
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn every_public_type_has_an_example() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut paths = Vec::new();
    SOURCES.iter().for_each(|source| files(&root.join(source), &mut paths));
    paths.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a readable file");
        (path, text.parse::<TokenStream>().expect("a file of Rust"))
    };
    let files: Vec<_> = paths.into_iter().map(read).collect();
    let exported: BTreeSet<_> = files.iter().flat_map(|(_, file)| exports(file.clone())).collect();
    let (mut with, mut without) = (0, Vec::new());
    for (path, file) in files {
        // Others are in signatures alone, where nobody can name them.
        let nameable = items(file).into_iter().filter(|item| exported.contains(&item.name));
        for Item { name, has_example } in nameable {
            with += u32::from(has_example);
            if !has_example {
                without.push(format!("{}: {name}", path.display()));
            }
        }
    }
    assert!(with > 50, "only {with} types were found");
    assert!(without.is_empty(), "without an example: {without:#?}");
}
