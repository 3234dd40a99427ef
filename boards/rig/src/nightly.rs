//! Tools of the nightly toolchain.

use crate::leash::Leashed;
use crate::tools::command_line;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};

/// A tool, and what it needs of the toolchain.
pub(crate) struct Tool {
    name: &'static str,
    components: &'static [&'static str],
    /// Its command.
    command: &'static [&'static str],
    /// A command that succeeds if the tool is there.
    probe: &'static [&'static str],
}

const MIRI: Tool = Tool {
    name: "Miri",
    components: &["miri", "rust-src"],
    command: &["cargo", "miri"],
    probe: &["cargo", "miri", "--version"],
};

const THREAD_SANITIZER: Tool = Tool {
    name: "ThreadSanitizer",
    components: &["rust-src"],
    command: &["cargo"],
    probe: &["rustc", "-Zsanitizer=thread", "--print", "cfg"],
};

const ADDRESS_SANITIZER: Tool = Tool {
    name: "AddressSanitizer",
    components: &["rust-src"],
    command: &["cargo"],
    probe: &["rustc", "-Zsanitizer=address", "--print", "cfg"],
};

impl Tool {
    /// The tool that steps name by this word.
    pub(crate) fn named(word: &str) -> Option<&'static Self> {
        match word {
            "miri" | "miri-tree" => Some(&MIRI),
            "tsan" => Some(&THREAD_SANITIZER),
            "asan" => Some(&ADDRESS_SANITIZER),
            _ => None,
        }
    }

    /// The tool, to be given its arguments.
    pub(crate) fn command(&self) -> Command {
        nightly(self.command)
    }

    /// Adds the tool to the nightly toolchain if necessary, and says why it is missing.
    pub(crate) fn missing(&self) -> Option<String> {
        // Steps that run at once may miss the same component.
        static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
        let _changing = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        if self.works() {
            return None;
        }
        let mut install = rustup();
        install.args(["component", "add", "--toolchain", "nightly"]).args(self.components);
        println!("installing {}: {}", self.name, command_line(&install));
        if Leashed::run(&mut install).is_ok_and(|status| status.success()) && self.works() {
            return None;
        }
        let (name, components) = (self.name, self.components.join(","));
        Some(format!("no {name}: run `rustup toolchain install nightly --component {components}`"))
    }

    fn works(&self) -> bool {
        let mut probe = nightly(self.probe);
        probe.stdout(Stdio::null()).stderr(Stdio::null());
        probe.status().is_ok_and(|status| status.success()) && has_sources()
    }
}

/// Whether the toolchain has the sources of the standard library, of which the tools build one of
/// their own.
fn has_sources() -> bool {
    let Ok(output) = nightly(&["rustc", "--print", "sysroot"]).output() else { return false };
    let root = String::from_utf8_lossy(&output.stdout);
    Path::new(root.trim()).join("lib/rustlib/src/rust/library").is_dir()
}

/// A command of the nightly toolchain.
fn nightly(words: &[&str]) -> Command {
    let mut command = rustup();
    command.args(["run", "nightly"]).args(words);
    command
}

/// rustup, without what says which toolchain this program runs with.
fn rustup() -> Command {
    let mut command = Command::new("rustup");
    for variable in ["CARGO", "RUSTC", "RUSTDOC", "RUSTUP_TOOLCHAIN"] {
        command.env_remove(variable);
    }
    command
}
