//! What needs a firmware and the emulator.

mod answers;
mod backtrace;
mod batch;
mod budget;
mod copying;
mod coredump;
mod cores;
#[cfg(unix)]
mod debug_probe;
mod demo;
mod ending;
mod examples;
mod flash;
mod heap;
mod hostile;
mod inspect;
mod profile;
mod real_chips;
mod region;
mod run;
mod settings;
mod threads;
mod waiting;
mod whereis;

use crate::support::{Ran, rig};
use std::path::PathBuf;
use std::sync::OnceLock;
use tempfile::TempDir;

/// Modules of a test, as text in files.
struct Modules(TempDir);

impl Modules {
    fn new() -> Self {
        build_firmware();
        Self(tempfile::tempdir().unwrap())
    }

    /// Those of a test that runs the image which shows what a guest does.
    fn shown() -> Self {
        static BUILT: OnceLock<()> = OnceLock::new();
        let modules = Self::new();
        BUILT.get_or_init(|| {
            let file = modules.file("built.wat", r#"(module (func (export "f")))"#);
            let ran = rig(&["inspect", &file, "--invoke", "f"]);
            assert_eq!(ran.code, Some(0), "{ran:?}");
        });
        modules
    }

    /// Writes a file and gives its path.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Runs a module of one text.
    fn run(&self, text: &str, arguments: &[&str]) -> Ran {
        let file = self.file("test.wat", text);
        rig(&[&["run", file.as_str()], arguments].concat())
    }
}

/// A figure of the table that a report is.
fn reported(ran: &Ran, what: &str) -> Option<u64> {
    ran.stdout.lines().find_map(|line| {
        let mut cells = line.trim_matches('|').split('|').map(str::trim);
        (cells.next() == Some(what)).then(|| cells.next()?.replace(',', "").parse().ok())?
    })
}

/// Builds the default board's firmware once, so that no test sees cargo at work.
fn build_firmware() {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| build(&[]));
}

fn build(arguments: &[&str]) {
    let ran = rig(&[&["build"], arguments].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
}

/// A demo's program output and its logs.
fn demo(arguments: &[&str]) -> (String, Vec<String>) {
    let ran = rig(&[&["demo"], arguments].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let (logs, output): (Vec<&str>, Vec<&str>) =
        ran.stdout.split_inclusive('\n').partition(|line| line.starts_with('['));
    (output.concat(), logs.into_iter().map(str::to_owned).collect())
}

/// Where the output of the demo is on record.
fn demo_record() -> PathBuf {
    workspace().join("boards/scenarios/demo.txt")
}

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
