//! What boards and guests need on this computer: Rust targets, QEMU and clang. Installs what is missing,
//! by the tools that the user has, and says so before.

use crate::board::Board;
use crate::leash::Leashed;
use crate::tools::{command_line, is_installed};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The emulator of all boards.
pub(crate) const QEMU: &str = "qemu-system-arm";

/// The target of new guests in Rust.
pub(crate) const GUEST: &str = "wasm32-unknown-unknown";
/// Those of all guests in Rust: the other has WebAssembly's first version alone.
pub(crate) const GUESTS: [&str; 2] = [GUEST, "wasm32v1-none"];

/// Makes sure that `board` can be built for and emulated.
pub(crate) fn for_emulation(board: &Board) -> Result<()> {
    for_running(board)?;
    rust_target(&board.facts.target)
}

/// Makes sure that `board` can be emulated.
pub(crate) fn for_running(board: &Board) -> Result<()> {
    if board.facts.qemu_machine.is_none() {
        bail!("board can't be emulated: {} names no QEMU machine", board.name);
    }
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
    tool(QEMU, "QEMU", |manager| manager.qemu)
}

/// Makes sure that there is a compiler for guests in C.
pub(crate) fn c_compiler() -> Result<()> {
    tool("clang", "clang", |_| "clang")
}

/// Makes sure that there is the linker that clang runs for guests.
pub(crate) fn c_linker() -> Result<()> {
    tool("wasm-ld", "lld", |_| "lld")
}

/// Makes sure that there is a browser.
pub(crate) fn browser() -> Result<()> {
    tool("chromium", "Chromium", |_| "chromium")
}

/// Makes sure that the compilers of guests in other languages can be fetched.
pub(crate) fn package_managers() -> Result<()> {
    tool("npm", "npm", |_| "npm")?;
    if !Command::new("python3")
        .args(["-m", "pip", "--version"])
        .output()
        .is_ok_and(|ran| ran.status.success())
    {
        tool("pip3", "pip", |manager| manager.pip)?;
    }
    Ok(())
}

/// Makes sure that a program is there. `package` tells what holds it.
fn tool(program: &str, name: &str, package: impl Fn(&Manager) -> &'static str) -> Result<()> {
    if is_installed(program) {
        return Ok(());
    }
    match MANAGERS.iter().find(|manager| is_installed(manager.program)) {
        Some(manager) => manager.install(program, name, package(manager))?,
        None => bail!("missing tool: {program}: install {name} so that it is on the path"),
    }
    if is_installed(program) { Ok(()) } else { bail!("missing tool: {program}: not on the path") }
}

/// A system's package manager, and how it installs a package.
struct Manager {
    program: &'static str,
    needs_root: bool,
    /// Brings its list of packages up to date.
    refresh: &'static [&'static str],
    install: &'static [&'static str],
    /// The package of QEMU for Arm.
    qemu: &'static str,
    /// The package of Python's package manager.
    pip: &'static str,
}

const MANAGERS: &[Manager] = &[
    Manager {
        program: "apt-get",
        needs_root: true,
        refresh: &["update", "-q"],
        install: &["install", "-q", "-y", "--no-install-recommends"],
        qemu: "qemu-system-arm",
        pip: "python3-pip",
    },
    Manager {
        program: "dnf",
        needs_root: true,
        refresh: &[],
        install: &["install", "-y"],
        qemu: "qemu-system-arm",
        pip: "python3-pip",
    },
    Manager {
        program: "pacman",
        needs_root: true,
        refresh: &[],
        install: &["-S", "--noconfirm", "--needed"],
        qemu: "qemu-system-arm",
        pip: "python-pip",
    },
    Manager {
        program: "brew",
        needs_root: false,
        refresh: &[],
        install: &["install"],
        qemu: "qemu",
        pip: "python3",
    },
];

impl Manager {
    fn install(&self, program: &str, name: &str, package: &str) -> Result<()> {
        let arguments = [self.install, &[package]].concat();
        let sudo = self.needs_root && !is_root();
        if sudo && !is_installed("sudo") {
            let line = command_line(&self.command(&arguments, false));
            bail!("missing tool: {program}: run as root `{line}`");
        }
        if !self.refresh.is_empty() {
            // Installing says it better if this is what goes wrong.
            let _ = run_installation("list of packages", &mut self.command(self.refresh, sudo));
        }
        run_installation(name, &mut self.command(&arguments, sudo))
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
