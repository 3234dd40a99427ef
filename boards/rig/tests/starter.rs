//! The starter firmware, copied to a folder outside the repository as the README says, builds there and
//! runs in the emulator. A program of its own, because it takes a build of all that a firmware needs.
#![cfg(feature = "emulated")]

#[path = "program/support.rs"]
mod support;

use std::fs;
use std::process::Command;
use support::{Ran, rig};

#[test]
fn a_copy_runs_in_the_emulator() {
    let folder = tempfile::tempdir().unwrap();
    let firmware = folder.path().join("firmware");
    let ran = rig(&["new", firmware.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.ends_with("firmware: run it there by `cargo run --release`\n"), "{ran:?}");

    let lock = fs::read(firmware.join("Cargo.lock")).unwrap();
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--release"]).current_dir(&firmware);
    // Cargo runs this test: what it says of the package and of the profile is not for another cargo.
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let is_kept = ["CARGO_HOME", "CARGO_TARGET_DIR"].contains(&name.as_str());
        if name.starts_with("CARGO") && !is_kept {
            cargo.env_remove(name);
        }
    }
    let ran: Ran = cargo.output().unwrap().into();
    let expected = "led 1\nled 0\nled 1\nled 1\n4 blinks\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), expected), "{}", ran.stderr);
    assert_eq!(fs::read(firmware.join("Cargo.lock")).unwrap(), lock, "the lock file is not fresh");
}
