//! The API is made of the runtime's own types, and of those of crates that are part of it: a new major
//! version of any other dependency, the interpreter first of all, must not break its users.

use std::{fs, path::Path, process::Command};

/// Crates whose types are in the API.
const PUBLIC: [&str; 5] =
    ["vellum_memory", "vellum_compartment", "vellum_sign", "zerocopy", "defmt"];

/// Whether a place, given as the compiler does, is in a sealed trait, which nobody can name.
fn is_sealed(root: &Path, place: &str) -> bool {
    let mut parts = place.trim_start_matches([' ', '-', '>']).split(':');
    let (file, line) = (parts.next().expect("a file"), parts.next().expect("a line"));
    let text = fs::read_to_string(root.join(file)).expect("a file of the sources");
    let line: usize = line.parse().expect("a line's number");
    let mut indent = usize::MAX;
    let lines: Vec<_> = text.lines().take(line).collect();
    lines.iter().rev().filter(|line| !line.trim().is_empty()).any(|line| {
        let of_line = line.len() - line.trim_start().len();
        let encloses = of_line < indent;
        indent = indent.min(of_line);
        encloses && (line.contains("mod sealed {") || line.contains(" sealed::"))
    })
}

/// The compiler tells of every item of a dependency in the public interface, if it takes all
/// dependencies for private.
#[test]
fn no_item_of_the_interpreter_is_in_the_api() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let output = Command::new(env!("CARGO"))
        .current_dir(&root)
        .args(["check", "--package", "vellum", "--all-features", "-Zpublic-dependency"])
        .arg("--target-dir")
        .arg(env!("CARGO_TARGET_TMPDIR"))
        // The check is one of nightly toolchains, but the compiler that it is for is this one.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    let lines: Vec<_> = text.lines().collect();
    let told = lines.windows(2).filter(|two| two[0].contains(" from private dependency "));
    let (public, others): (Vec<_>, Vec<_>) =
        told.partition(|two| PUBLIC.iter().any(|name| two[0].contains(&format!("'{name}'"))));
    assert!(!public.is_empty(), "the check found nothing:\n{text}");
    let leaks: Vec<_> = others.into_iter().filter(|two| !is_sealed(&root, two[1])).collect();
    assert!(leaks.is_empty(), "{leaks:#?}");
}

/// The pages of the documentation as docs.rs makes it: what needs a feature is labelled.
#[test]
fn what_needs_a_feature_says_so() {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let output = Command::new(env!("CARGO"))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."))
        .args(["doc", "--package", "vellum", "--all-features", "--no-deps", "--target-dir"])
        .arg(target)
        .env("RUSTDOCFLAGS", "--cfg docsrs -D warnings")
        // As docs.rs does, on a nightly toolchain.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_INCREMENTAL", "0")
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    for (page, item, feature) in [
        ("struct.SharedMemory", "main-content", "threads"),
        ("struct.Config", "method.threads", "threads"),
        ("struct.Config", "method.system_pages", "std"),
        ("struct.Module", "method.from_file", "std"),
        ("struct.Module", "method.with_locked", "threads"),
        ("struct.Caller", "method.spawn", "threads"),
        ("struct.Engine", "impl-Default-for-Engine", "std"),
    ] {
        let page = target.join("doc/vellum").join(format!("{page}.html"));
        let text = fs::read_to_string(page).expect("a page of the documentation");
        let (_, rest) = text.split_once(&format!("id=\"{item}\"")).expect("the item is there");
        let label = format!("Available on <strong>crate feature <code>{feature}</code></strong>");
        let found = rest.find(&label).expect("an item with this label");
        // Nothing else begins before it.
        let other = rest.find(" id=\"method.").unwrap_or(rest.len());
        assert!(found < other, "{item} does not say that it needs {feature}");
    }
}
