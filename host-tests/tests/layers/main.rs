//! Which module may import which: layers, and no circles of files.

mod graph;
mod reading;
mod source;
mod table;

use source::Source;
use std::{collections::BTreeSet, path::Path};
use table::{CRATES, Crate};

fn read(known: &Crate) -> Source {
    Source::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(known.folder))
}

/// What a crate imports against its layers.
fn faults(known: &Crate, source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    for (file, imports) in graph::imports(source) {
        let Some(layer) = known.layer(file) else {
            faults.push(format!("{file}: in no layer"));
            continue;
        };
        for (imported, mention) in imports {
            if known.layer(imported).is_some_and(|found| found > layer) {
                let (path, line) = (mention.path.join("::"), mention.line);
                let name = known.layers[layer].0;
                faults.push(format!("{file}, line {line}: {path} is above the layer {name:?}"));
            }
        }
    }
    faults
}

/// Items that files of a crate take from its root, where they are only exported.
fn from_the_root(source: &Source) -> Vec<String> {
    let files = source.files.iter().filter(|(file, _)| !file.is_empty());
    let mentions = files.flat_map(|(file, mentions)| mentions.iter().map(move |at| (file, at)));
    let root = mentions.filter(|(_, at)| source.file_of(&at.path).is_empty());
    root.map(|(file, at)| format!("{file}, line {}: {}", at.line, at.path.join("::"))).collect()
}

#[test]
fn imports_lead_down() {
    for known in CRATES {
        assert_eq!(faults(known, &read(known)), [""; 0], "{}", known.folder);
    }
}

#[test]
fn items_are_imported_from_where_they_are_defined() {
    for known in CRATES {
        assert_eq!(from_the_root(&read(known)), [""; 0], "{}", known.folder);
    }
}

#[test]
fn files_import_each_other_in_no_circle() {
    for known in CRATES {
        assert_eq!(graph::circles(&read(known)), BTreeSet::new(), "{}", known.folder);
    }
}

#[test]
fn every_module_of_the_table_exists() {
    for known in CRATES {
        let source = read(known);
        for name in known.layers.iter().flat_map(|(_, names)| *names) {
            let name = name.trim_start_matches('=');
            assert!(source.files.contains_key(name), "{}: {name:?}", known.folder);
        }
    }
}

/// What runs on the embedding API needs nothing else.
#[test]
fn wasi_imports_what_is_public() {
    let runtime = CRATES.iter().find(|known| known.folder == "runtime/src").expect("a crate");
    let source = read(runtime);
    let public: BTreeSet<_> = source.files[""].iter().map(|export| &export.path).collect();
    for (file, mentions) in source.files.iter().filter(|(file, _)| graph::is_within(file, "wasi")) {
        for mention in mentions.iter().filter(|mention| mention.path[0] != "wasi") {
            assert!(public.contains(&mention.path), "{file}: {mention:?}");
        }
    }
}
