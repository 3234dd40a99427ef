//! Building guests as their users do, and running them.

use crate::support::{Ran, rig};
use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The target of guests in Rust.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Runs a command that must succeed.
pub(crate) fn succeed(command: &mut Command) {
    let ran: Ran = command.output().unwrap().into();
    assert_eq!(ran.code, Some(0), "{command:?}: {ran:?}");
}

/// A build of the guest in Rust in `folder`, whose module is then in the folder that is given as well.
pub(crate) fn cargo(folder: &Path, target: &Path) -> (Command, PathBuf) {
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--target", TARGET]).current_dir(folder);
    // Cargo runs this test: what it says of the package and of the profile is not for another cargo.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO") && name != "CARGO_HOME" {
            cargo.env_remove(name);
        }
    }
    cargo.env("CARGO_TARGET_DIR", target);
    (cargo, target.join(TARGET).join("release"))
}

/// Runs a module on the default board, whose firmware is built before.
pub(crate) fn run(module: &Path, arguments: &[&str]) -> Ran {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        let ran = rig(&["build"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    });
    rig(&[&["run", module.to_str().unwrap()], arguments].concat())
}
