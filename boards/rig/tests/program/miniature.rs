//! A checkout with one board, whose firmware is a small program of this computer that cargo builds at once.

use crate::support::{Ran, command};
use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A checkout, a path with an emulator that knows its version, and a cargo that counts its builds.
pub(crate) struct Miniature {
    folder: TempDir,
}

const MAIN: &str = "fn main() { print!(\"{} {}\", part::PART, include_str!(\"text\")) }\n";
const BUILD: &str = "fn main() { println!(\"cargo::rerun-if-changed=guests\"); }\n";

impl Miniature {
    pub(crate) fn new() -> Self {
        let miniature = Self { folder: tempfile::tempdir().unwrap() };
        let board = format!(
            "[package.metadata.board]\nsummary = \"s\"\ncore = \"c\"\ntarget = {:?}\nflash = 4096\n\
             ram = 2048\nqemu-machine = \"none\"\ndefault = true\n[dependencies]\n\
             part = {{ path = \"../../part\" }}\n[features]\ndefault = []\nextra = []\n",
            host()
        );
        let package = |name: &str| {
            format!("[package]\nname = {name:?}\nedition = \"2024\"\nversion = \"0.1.0\"\n")
        };
        let workspace = "[workspace]\nresolver = \"3\"\nmembers = [\"boards/rig\", \"boards/mini\", \"part\"]\n";
        for (file, text) in [
            ("Cargo.toml", workspace),
            ("Cargo.lock", "version = 4\n"),
            ("boards/rig/Cargo.toml", &package("rig")),
            ("boards/rig/src/lib.rs", ""),
            ("boards/mini/Cargo.toml", &(package("mini") + &board)),
            ("boards/mini/src/main.rs", MAIN),
            ("boards/mini/src/text", "text"),
            ("boards/mini/build.rs", BUILD),
            ("boards/mini/guests/a.wat", "(module)"),
            ("part/Cargo.toml", &package("part")),
            ("part/src/lib.rs", "pub const PART: &str = \"part\";\n"),
        ] {
            miniature.write(file, text);
        }
        miniature.program("qemu-system-arm", "exit 0");
        let cargo = format!(
            "case \"$1\" in build) echo \"$*\" >> \"$BUILDS\";; esac\nexec {} \"$@\"",
            cargo()
        );
        miniature.program("cargo", &cargo);
        let mut lock = Command::new(cargo_path());
        lock.args(["generate-lockfile", "--offline"]).current_dir(miniature.root());
        assert!(lock.output().unwrap().status.success());
        miniature
    }

    /// The checkout.
    pub(crate) fn root(&self) -> PathBuf {
        self.folder.path().join("checkout")
    }

    /// A path outside of the checkout.
    pub(crate) fn outside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file of the checkout.
    pub(crate) fn write(&self, file: &str, text: &str) {
        let path = self.root().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn program(&self, name: &str, script: &str) {
        let bin = self.outside("bin");
        fs::create_dir_all(&bin).unwrap();
        fs::write(bin.join(name), format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// The program, in this folder.
    pub(crate) fn command(&self, folder: &Path, arguments: &[&str]) -> Command {
        let mut command = command(arguments);
        let path = env::var_os("PATH").unwrap_or_default();
        let paths = [self.outside("bin")].into_iter().chain(env::split_paths(&path));
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO") && name != "CARGO_HOME" {
                command.env_remove(name);
            }
        }
        command.env("PATH", env::join_paths(paths).unwrap());
        command.env("BUILDS", self.outside("builds")).current_dir(folder);
        command
    }

    /// How often cargo was asked to build since the last question.
    pub(crate) fn builds(&self) -> usize {
        let log = fs::read_to_string(self.outside("builds")).unwrap_or_default();
        fs::write(self.outside("builds"), "").unwrap();
        log.lines().count()
    }
}

/// What the image prints whose path the program has printed.
pub(crate) fn printed(ran: &Ran) -> String {
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let image: Ran = Command::new(ran.stdout.trim()).output().unwrap().into();
    image.stdout
}

fn cargo_path() -> PathBuf {
    PathBuf::from(env!("CARGO"))
}

fn cargo() -> String {
    cargo_path().display().to_string()
}

fn host() -> String {
    let ran: Ran = Command::new("rustc").args(["--print", "host-tuple"]).output().unwrap().into();
    ran.stdout.trim().to_owned()
}
