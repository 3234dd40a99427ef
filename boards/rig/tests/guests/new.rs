//! New guests.

use crate::project::{cargo, run, succeed};
use crate::support::{Ran, rig};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// What a new guest prints.
const HELLO: &str = "hello\n5\n";

struct NewGuest {
    _parent: TempDir,
    folder: PathBuf,
}

impl NewGuest {
    fn new(language: &str) -> Self {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("my-guest");
        let ran = rig(&["new-guest", folder.to_str().unwrap(), "--lang", language]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        let readme = fs::read_to_string(folder.join("README.md")).unwrap();
        assert!(readme.contains("my_guest.wa") && readme.lines().count() <= 15, "{readme}");
        Self { _parent: parent, folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Adds a function to a source.
    fn append(&self, file: &str, text: &str) {
        let file = self.file(file);
        let before = fs::read_to_string(&file).unwrap();
        fs::write(file, before + text).unwrap();
    }

    fn make(&self) -> PathBuf {
        succeed(Command::new("make").current_dir(&self.folder));
        self.file("my_guest.wasm")
    }

    fn cargo(&self) -> PathBuf {
        let (mut build, folder) = cargo(&self.folder, &self.file("target"));
        succeed(&mut build);
        folder.join("my_guest.wasm")
    }
}

/// A figure of the table that a report is.
fn reported(ran: &Ran, what: &str) -> u64 {
    let found = ran.stdout.lines().find_map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        (cells.next() == Some(what)).then(|| cells.next()?.replace(',', "").parse().ok())?
    });
    found.unwrap_or_else(|| panic!("{what}: {ran:?}"))
}

/// Runs a new guest's module, which is small.
fn is_small_and_runs(module: &Path) {
    let ran = run(module, &["--report"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    assert!(ran.stdout.starts_with(HELLO), "{ran:?}");
    assert!(reported(&ran, "module in flash") < 1024, "{ran:?}");
    assert!(reported(&ran, "memory at most") < 4096, "{ran:?}");
    let ran = run(module, &["--invoke", "add", "2", "-3"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "result: -1\n"), "{ran:?}");
}

/// Calls `fail`, which panics at this place.
fn fails(module: &Path, message_and_place: &str) {
    let ran = run(module, &["--invoke", "fail"]);
    let expected = format!("error: panic: {message_and_place}");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.starts_with(&expected), "{ran:?}");
}

#[test]
fn a_guest_in_rust() {
    let guest = NewGuest::new("rust");
    is_small_and_runs(&guest.cargo());

    let lines = fs::read_to_string(guest.file("src/lib.rs")).unwrap().lines().count();
    guest.append(
        "src/lib.rs",
        "#[unsafe(no_mangle)] extern \"C\" fn fail() {\npanic!(\"no sensor\");\n}\n\
         extern crate alloc;\n\
         #[unsafe(no_mangle)] extern \"C\" fn sum(count: u32) -> u32 {\n\
         core::hint::black_box((0..count).collect::<alloc::vec::Vec<u32>>()).iter().sum() }\n",
    );
    let module = guest.cargo();
    fails(&module, &format!("no sensor: src/lib.rs:{}:1", lines + 2));
    let ran = run(&module, &["--invoke", "sum", "100"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "result: 4950\n"), "{ran:?}");
    // 3 KiB are all the memory that it has.
    let ran = run(&module, &["--invoke", "sum", "1000"]);
    assert!(ran.stderr.starts_with("error: panic: memory allocation of "), "{ran:?}");
}

#[test]
fn a_guest_in_c() {
    let guest = NewGuest::new("c");
    is_small_and_runs(&guest.make());

    let lines = fs::read_to_string(guest.file("guest.c")).unwrap().lines().count();
    guest.append(
        "guest.c",
        "VELLUM_EXPORT(\"fail\") void fail(void) {\nASSERT(add(1, 1) == 3);\n}\n\
         VELLUM_EXPORT(\"blocks\") int32_t blocks(void) {\n\
         int32_t count = 0; while (vellum_alloc(100)) count++; return count; }\n",
    );
    let module = guest.make();
    fails(&module, &format!("assertion failed: add(1, 1) == 3: guest.c:{}:1", lines + 2));
    // 2 KiB for some data and for blocks, each of which takes 104 bytes.
    let ran = run(&module, &["--invoke", "blocks"]);
    let count: u32 = ran.stdout.trim().strip_prefix("result: ").unwrap().parse().unwrap();
    assert!(ran.code == Some(0) && (17..=19).contains(&count), "{ran:?}");
}

#[test]
fn a_guest_in_the_text_format() {
    let guest = NewGuest::new("wat");
    is_small_and_runs(&guest.file("my_guest.wat"));
}

#[test]
fn a_folder_that_is_in_use_or_has_no_name_stays() {
    let guest = NewGuest::new("wat");
    let ran = rig(&["new-guest", guest.folder.to_str().unwrap(), "--lang", "c"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stderr.starts_with("error: folder is in use: "), "{ran:?}");
    let ran = rig(&["new-guest", "My Guest", "--lang", "c"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    assert!(ran.stderr.starts_with("error: invalid name: My Guest: "), "{ran:?}");
}
