//! The figures of the page about guests: `host-tests/guests/sizes` is built with the flags that the page
//! names, and with the features of the language that it tells the cost of.

use crate::project::{cargo, succeed};
use std::fs;
use std::path::{Path, PathBuf};
use wasmparser::{Parser, Payload};

pub(crate) const PAGE: &str = "runtime/docs/guests.md";
/// A module may differ by so many bytes in a hundred: compilers do.
const TOLERANCE: u64 = 10;

/// The profile that the page shows.
const PROFILE: [(&str, &str); 5] = [
    ("OPT_LEVEL", "s"),
    ("LTO", "true"),
    ("CODEGEN_UNITS", "1"),
    ("PANIC", "abort"),
    ("STRIP", "true"),
];

/// The rows of the first table: with the profile or without it, and the linker's flags.
const FLAGS: [(&str, bool, &[&str]); 7] = [
    ("`cargo build --release`", false, &[]),
    ("and the profile", true, &[]),
    ("and `-zstack-size=1024`", true, &["-zstack-size=1024"]),
    ("and `--page-size=1`", true, &["-zstack-size=1024", "--page-size=1"]),
    (
        "and `--no-growable-memory`",
        true,
        &["-zstack-size=1024", "--page-size=1", "--no-growable-memory"],
    ),
    ("or `--max-memory=4096`", true, &["-zstack-size=1024", "--page-size=1", "--max-memory=4096"]),
    (
        "or `--initial-memory=4096`",
        true,
        &["-zstack-size=1024", "--page-size=1", "--initial-memory=4096"],
    ),
];

/// The rows of the second: the features of the guest.
const FEATURES: [(&str, &str); 6] = [
    ("logs a constant text, and reads a table of 1 KiB", ""),
    ("also formats an integer", "number"),
    ("or a float", "float"),
    ("or has a vector on the heap", "vector"),
    ("or an index that may be out of bounds", "index"),
    ("all but the float", "number,vector,index"),
];

struct Built {
    module: u64,
    first: u64,
    most: Option<u64>,
}

pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn build(target: &Path, has_profile: bool, flags: &[&str], features: &str) -> Built {
    let guest = root().join("host-tests/guests/sizes");
    let (mut build, folder) = cargo(&guest, target);
    build.args(["--locked", "--features", features]);
    let flags: Vec<String> = flags.iter().map(|flag| format!("-Clink-arg={flag}")).collect();
    build.env("RUSTFLAGS", flags.join(" "));
    if has_profile {
        build.envs(PROFILE.map(|(key, value)| (format!("CARGO_PROFILE_RELEASE_{key}"), value)));
    }
    succeed(&mut build);
    measured(&fs::read(folder.join("sizes.wasm")).unwrap())
}

fn measured(binary: &[u8]) -> Built {
    let memory = Parser::new(0).parse_all(binary).find_map(|payload| match payload.unwrap() {
        Payload::MemorySection(memories) => memories.into_iter().next().transpose().unwrap(),
        _ => None,
    });
    let memory = memory.unwrap();
    let page = 1 << memory.page_size_log2.unwrap_or(16);
    let most = memory.maximum.map(|pages| pages * page);
    Built { module: binary.len() as u64, first: memory.initial * page, most }
}

/// The figures of the page's row with this label. What is no figure is `None`.
fn on_page(label: &str) -> Vec<Option<u64>> {
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    let row = page.lines().find_map(|line| line.strip_prefix(&format!("| {label} |")));
    let row = row.unwrap_or_else(|| panic!("no row: {label}"));
    let cells = row.trim_end_matches('|').split('|');
    cells.map(|cell| cell.trim().replace(',', "").parse().ok()).collect()
}

fn is_near(module: u64, on_page: Option<u64>) -> bool {
    on_page.is_some_and(|figure| module.abs_diff(figure) * 100 <= figure * TOLERANCE)
}

#[test]
fn flags_give_the_memories_on_the_page() {
    let target = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for (label, has_profile, flags) in FLAGS {
        let Built { module, first, most } = build(target.path(), has_profile, flags, "");
        let row = on_page(label);
        if !is_near(module, row[0]) || row[1..] != [Some(first), most] {
            wrong.push(format!("| {label} | {module} | {first} | {most:?} |"));
        }
    }
    assert!(wrong.is_empty(), "measured: {wrong:#?}");
}

#[test]
fn features_take_the_bytes_on_the_page() {
    let target = tempfile::tempdir().unwrap();
    let flags = ["-zstack-size=1024", "--page-size=1"];
    let mut wrong = Vec::new();
    for (label, features) in FEATURES {
        let Built { module, .. } = build(target.path(), true, &flags, features);
        if !is_near(module, on_page(label)[0]) {
            wrong.push(format!("| {label} | {module} |"));
        }
    }
    assert!(wrong.is_empty(), "measured: {wrong:#?}");
}

#[test]
fn guests_with_threads_have_the_bytes_on_the_page() {
    for (label, guest) in [("C, without a library", "c"), ("Rust's `std::thread`", "rust")] {
        let file = format!("boards/scenarios/guests/threads-{guest}/threads.wasm");
        let bytes = fs::metadata(root().join(file)).unwrap().len();
        assert_eq!(on_page(label)[0], Some(bytes), "{label}");
    }
}

#[test]
fn the_page_shows_what_new_guests_have() {
    let page = fs::read_to_string(root().join(PAGE)).unwrap();
    for (key, value) in PROFILE {
        let (key, quote) = (key.to_lowercase().replace('_', "-"), ["true", "1"].contains(&value));
        let line =
            if quote { format!("{key} = {value}\n") } else { format!("{key} = {value:?}\n") };
        let manifest = fs::read_to_string(root().join("boards/guests/rust/Cargo.toml")).unwrap();
        assert!(page.contains(&line) && manifest.contains(&line), "{line}");
    }
    let build = fs::read_to_string(root().join("boards/guests/rust/build.rs")).unwrap();
    let makefile = fs::read_to_string(root().join("boards/guests/c/Makefile")).unwrap();
    assert!(build.contains("--page-size=1") && build.contains("-zstack-size="), "{build}");
    for flag in makefile.split_whitespace().filter(|word| word.starts_with("--target=wasm32")) {
        assert!(page.contains(flag), "{flag}");
    }
}
