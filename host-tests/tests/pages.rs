//! Pages in Markdown: their links lead somewhere, in the repository and in the documentation.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The folders that hold pages.
const FOLDERS: &[&str] = &[
    "",
    "boards",
    "memory-core",
    "memory-core/docs",
    "runtime",
    "runtime/compartment",
    "runtime/docs",
    "runtime/instrument",
    "runtime/optimize",
    "runtime/prepare",
    "runtime/sign",
    "runtime/split",
];

/// A folder of pages that are part of a crate's documentation, and the folder of the files that
/// include them.
const INCLUDED: &[(&str, &str)] =
    &[("memory-core/docs", "memory-core/src"), ("runtime/docs", "runtime/src/docs")];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The pages of a folder, with their text.
fn pages(folder: &Path) -> Vec<(PathBuf, String)> {
    let entries = fs::read_dir(folder).expect("a readable folder");
    let paths = entries.map(|entry| entry.expect("a readable entry").path());
    let pages = paths.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    pages.map(|path| (path.clone(), fs::read_to_string(path).expect("a readable page"))).collect()
}

/// What a page links to in the repository, without the parts behind `#`.
fn targets(text: &str) -> Vec<&str> {
    let inline = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let targets = inline.chain(definitions(text).map(|(_, target)| target));
    let paths = targets.filter_map(|target| target.split('#').next());
    paths.filter(|path| !path.is_empty() && !path.contains("://")).collect()
}

/// The link definitions of a page: label and target.
fn definitions(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let lines = text.lines().filter(|line| line.starts_with('['));
    lines.filter_map(|line| line.split_once("]: ")).map(|(label, target)| (&label[1..], target))
}

#[test]
fn links_lead_to_files() {
    let mut links = 0;
    for (page, text) in FOLDERS.iter().flat_map(|folder| pages(&root().join(folder))) {
        for target in targets(&text) {
            let path = page.parent().expect("it is in a folder").join(target);
            assert!(path.exists(), "{}: nothing at {target}", page.display());
            links += 1;
        }
    }
    assert!(links > 20, "links are found: {links}");
}

#[test]
fn what_a_page_links_to_in_the_repository_is_a_link_in_the_documentation_too() {
    let mut labels = 0;
    for (folder, source) in INCLUDED {
        for (page, text) in pages(&root().join(folder)) {
            let name = page.with_extension("rs");
            let file = root().join(source).join(name.file_name().expect("a name"));
            let including = fs::read_to_string(&file).expect("a file that includes the page");
            assert!(including.contains("include_str!"), "{}", file.display());
            for (label, _) in definitions(&text) {
                let definition = format!("//! [{label}]: ");
                assert!(including.contains(&definition), "{}: {definition}", file.display());
                labels += 1;
            }
        }
    }
    assert!(labels > 20, "labels are found: {labels}");
}

#[test]
fn targets_are_found() {
    let text = "a [b](c.md#d), [e](https://f), [g](#h)\n\n[i]: ../j\n[k]: https://l\n";
    assert_eq!(targets(text), ["c.md", "../j"]);
}
