//! What a board needs on this computer: a Rust target and QEMU. Installs what is missing, by the
//! tools that the user has, and says so before.

use crate::board::Board;
use crate::leash::Leashed;
use crate::tools::{command_line, is_installed};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The emulator of all boards.
pub(crate) const QEMU: &str = "qemu-system-arm";

/// Makes sure that `board` can be built for and emulated.
pub(crate) fn for_emulation(board: &Board) -> Result<()> {
    if board.facts.qemu_machine.is_none() {
        bail!("board can't be emulated: {} names no QEMU machine", board.name);
    }
    rust_target(&board.facts.target)?;
    qemu()
}

/// Makes sure that the toolchain has the standard library of a target.
pub(crate) fn rust_target(triple: &str) -> Result<()> {
    if has_target(triple)? {
        return Ok(());
    }
    let mut install = Command::new("rustup");
    install.args(["target", "add", triple]);
    run_installation(&format!("the Rust target {triple}"), &mut install)?;
    if has_target(triple)? {
        Ok(())
    } else {
        bail!("missing target: {triple}: not in the toolchain")
    }
}

fn has_target(triple: &str) -> Result<bool> {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", triple])
        .output()
        .context("cannot start rustc")?;
    let folder = String::from_utf8_lossy(&output.stdout);
    let files = fs::read_dir(Path::new(folder.trim()));
    Ok(output.status.success() && files.is_ok_and(|mut files| files.next().is_some()))
}

/// Makes sure that QEMU is there.
fn qemu() -> Result<()> {
    if is_installed(QEMU) {
        return Ok(());
    }
    match MANAGERS.iter().find(|manager| is_installed(manager.program)) {
        Some(manager) => manager.install_qemu()?,
        None => bail!("missing tool: {QEMU}: install QEMU for Arm so that it is on the path"),
    }
    if is_installed(QEMU) { Ok(()) } else { bail!("missing tool: {QEMU}: not on the path") }
}

/// A system's package manager, and how it installs QEMU for Arm.
struct Manager {
    program: &'static str,
    needs_root: bool,
    /// Brings its list of packages up to date.
    refresh: &'static [&'static str],
    install: &'static [&'static str],
}

const MANAGERS: &[Manager] = &[
    Manager {
        program: "apt-get",
        needs_root: true,
        refresh: &["update", "-q"],
        install: &["install", "-q", "-y", "--no-install-recommends", "qemu-system-arm"],
    },
    Manager {
        program: "dnf",
        needs_root: true,
        refresh: &[],
        install: &["install", "-y", "qemu-system-arm"],
    },
    Manager {
        program: "pacman",
        needs_root: true,
        refresh: &[],
        install: &["-S", "--noconfirm", "--needed", "qemu-system-arm"],
    },
    Manager { program: "brew", needs_root: false, refresh: &[], install: &["install", "qemu"] },
];

impl Manager {
    fn install_qemu(&self) -> Result<()> {
        let sudo = self.needs_root && !is_root();
        if sudo && !is_installed("sudo") {
            let line = command_line(&self.command(self.install, false));
            bail!("missing tool: {QEMU}: run as root `{line}`");
        }
        if !self.refresh.is_empty() {
            // Installing says it better if this is what goes wrong.
            let _ = run_installation("list of packages", &mut self.command(self.refresh, sudo));
        }
        run_installation("QEMU", &mut self.command(self.install, sudo))
    }

    fn command(&self, arguments: &[&str], sudo: bool) -> Command {
        let mut command = Command::new(if sudo { "sudo" } else { self.program });
        if sudo {
            command.arg(self.program);
        }
        command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
        command
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Says what is going to be installed and how, and does it.
fn run_installation(what: &str, command: &mut Command) -> Result<()> {
    let line = command_line(command);
    eprintln!("installing {what}: {line}");
    // What the tool prints is progress, and stdout is the guest's.
    command.stdout(std::io::stderr());
    match Leashed::run(command) {
        Ok(status) if status.success() => Ok(()),
        Ok(_) | Err(_) => bail!("cannot install {what}: run `{line}`"),
    }
}
