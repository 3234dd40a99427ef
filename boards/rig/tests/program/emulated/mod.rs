//! What needs a firmware and the emulator.

mod batch;
mod demo;
mod ending;
mod flash;
mod hostile;
mod run;

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

/// Builds the default board's firmware once, so that no test sees cargo at work.
fn build_firmware() {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| {
        let ran = rig(&["build"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
    });
}

fn workspace() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..")
}
