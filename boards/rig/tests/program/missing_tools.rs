//! What happens on a computer that lacks tools: a path with only cargo, the compiler and what a
//! test puts beside them.
use crate::support::{Ran, command};
use std::env;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use tempfile::TempDir;

struct Computer {
    path: TempDir,
}

impl Computer {
    fn new() -> Self {
        let computer = Self { path: tempfile::tempdir().unwrap() };
        for tool in ["cargo", "rustc", "rustup", "sh"] {
            let paths = env::var_os("PATH").unwrap();
            let found = env::split_paths(&paths).map(|path| path.join(tool)).find(|it| it.exists());
            if let Some(found) = found {
                symlink(found, computer.path.path().join(tool)).unwrap();
            }
        }
        computer
    }

    /// Puts a tool on the path that knows its version and otherwise does as `script` says.
    fn has(self, tool: &str, script: &str) -> Self {
        let file = self.path.path().join(tool);
        let text = format!("#!/bin/sh\n[ \"$1\" = --version ] && exit 0\n{script}\n");
        fs::write(&file, text).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
        self
    }

    fn rig(&self, arguments: &[&str]) -> Ran {
        let mut command = command(arguments);
        command.env("PATH", self.path.path()).env_remove("CARGO").output().unwrap().into()
    }
}

/// Makes the emulator appear on the path.
const INSTALL: &str = "printf '#!/bin/sh\\n' > \"${0%/*}/qemu-system-arm\"
read_only=\"${0%/*}/qemu-system-arm\"; /bin/chmod +x \"$read_only\"; echo \"did: $*\"";

#[test]
fn qemu_is_installed_by_the_package_manager_after_saying_so() {
    let computer = Computer::new().has("id", "echo 0").has("apt-get", INSTALL);
    let ran = computer.rig(&["setup", "--board", "mps2-an386"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "ready: mps2-an386\n"), "{ran:?}");
    let line = "apt-get install -q -y --no-install-recommends qemu-system-arm";
    let (said, did) = (format!("installing QEMU: {line}\n"), "did: install -q -y ");
    assert!(ran.stderr.find(&said).unwrap() < ran.stderr.find(did).unwrap(), "{ran:?}");
    let again = computer.rig(&["setup", "--board", "mps2-an386"]);
    assert_eq!((again.code, again.stderr.as_str()), (Some(0), ""));
}

#[test]
fn someone_who_is_not_root_installs_by_sudo() {
    let computer = Computer::new()
        .has("id", "echo 1000")
        .has("sudo", "echo \"sudo: $*\"; exec \"$@\"")
        .has("dnf", INSTALL);
    let ran = computer.rig(&["setup", "--board", "mps2-an386"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stderr.contains("sudo: dnf install -y qemu-system-arm\n"), "{ran:?}");
}

#[test]
fn the_command_to_run_is_told_if_installing_fails() {
    let computer = Computer::new().has("id", "echo 0").has("pacman", "exit 1");
    let ran = computer.rig(&["setup", "--board", "mps2-an386"]);
    let last = "error: cannot install QEMU: run `pacman -S --noconfirm --needed qemu-system-arm`";
    assert_eq!((ran.code, ran.stderr.lines().last()), (Some(1), Some(last)));
}

#[test]
fn without_the_right_to_install_nothing_is_tried() {
    let computer = Computer::new().has("id", "echo 1000").has("apt-get", "echo tried; exit 1");
    let ran = computer.rig(&["setup", "--board", "mps2-an386"]);
    let line = "error: missing tool: qemu-system-arm: run as root `apt-get install -q -y \
                --no-install-recommends qemu-system-arm`\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), line));
}

#[test]
fn without_a_package_manager_the_missing_tool_is_named() {
    let ran = Computer::new().rig(&["setup", "--board", "mps2-an386"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.starts_with("error: missing tool: qemu-system-arm: "), "{ran:?}");
}

#[test]
fn flashing_needs_probe_rs() {
    let ran = Computer::new().rig(&["flash", "--board", "stm32f405"]);
    let line = "error: missing tool: probe-rs: run `cargo install probe-rs-tools --locked`\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), line));
}

#[test]
fn flashing_needs_a_debug_probe() {
    let computer = Computer::new().has("probe-rs", "echo 'No debug probes were found.'");
    let ran = computer.rig(&["flash", "--board", "stm32f405"]);
    let line = "error: no debug probe: connect stm32f405 by one, and check with `probe-rs list`\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), line));
}

#[test]
fn a_board_without_a_chip_is_not_flashed() {
    let ran = Computer::new().rig(&["flash", "--board", "mps2-an386"]);
    let line = "error: board can't be flashed: mps2-an386 names no chip\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(1), line));
}

#[test]
fn clang_is_installed_for_guests_in_c() {
    let fails = Computer::new().has("id", "echo 0").has("apt-get", "exit 1");
    let line = "apt-get install -q -y --no-install-recommends clang";
    let ran = fails.rig(&["setup", "--guests"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.contains(&format!("installing clang: {line}\n")), "{ran:?}");
    let last = format!("error: cannot install clang: run `{line}`\n");
    assert!(ran.stderr.ends_with(&last), "{ran:?}");
    let nothing = Computer::new().rig(&["setup", "--guests"]);
    let expected = "error: missing tool: clang: install clang so that it is on the path\n";
    assert_eq!(nothing.stderr, expected);
}

#[test]
fn the_linker_of_guests_in_c_is_installed_beside_clang() {
    let fails = Computer::new().has("id", "echo 0").has("clang", "").has("apt-get", "exit 1");
    let line = "apt-get install -q -y --no-install-recommends lld";
    let ran = fails.rig(&["setup", "--guests"]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.stderr.ends_with(&format!("error: cannot install lld: run `{line}`\n")), "{ran:?}");
}
