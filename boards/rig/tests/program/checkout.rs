//! Which checkout the program works in: the one that it is started in, wherever it was compiled.

use crate::support::{Ran, command};
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A workspace with a program of this name and a board that no other has.
fn checkout() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: &str| {
        let file = folder.path().join(file);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    };
    let package = |name: &str| format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n");
    let board = "[package.metadata.board]\nsummary = \"s\"\ncore = \"c\"\ntarget = \"t\"\n\
                 flash = 1024\nram = 1024\n";
    write("Cargo.toml", "[workspace]\nresolver = \"3\"\nmembers = [\"boards/*\"]\n");
    write("boards/rig/Cargo.toml", &package("vellum-rig"));
    write("boards/rig/src/lib.rs", "");
    write("boards/moved/Cargo.toml", &(package("moved") + board));
    write("boards/moved/src/lib.rs", "");
    folder
}

/// Lists the boards from a folder, with what cargo says of the program's package.
fn boards(folder: &Path, package: Option<&Path>) -> Ran {
    let mut command = command(&["boards"]);
    command.current_dir(folder).env_remove("CARGO_MANIFEST_DIR");
    command.envs(package.map(|package| ("CARGO_MANIFEST_DIR", package)));
    command.output().unwrap().into()
}

#[test]
fn a_checkout_may_have_moved_since_the_program_was_compiled() {
    let (checkout, elsewhere) = (checkout(), tempfile::tempdir().unwrap());
    let checkout = checkout.path();
    for (folder, package) in [
        (checkout, None),
        (&*checkout.join("boards/moved/src"), None),
        (elsewhere.path(), Some(&*checkout.join("boards/rig"))),
        (checkout, Some(elsewhere.path())),
    ] {
        let ran = boards(folder, package);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        assert!(ran.stdout.starts_with("moved\n    s\n"), "{ran:?}");
    }
}

#[test]
fn outside_of_any_it_is_the_one_that_the_program_was_installed_from() {
    let elsewhere = tempfile::tempdir().unwrap();
    for package in [None, Some(&*elsewhere.path().join("deleted"))] {
        let ran = boards(elsewhere.path(), package);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
        assert!(ran.stdout.starts_with("mps2-an386 (default)\n"), "{ran:?}");
    }
}
