//! A folder of files for the firmware to read, gone when the run is over.

use crate::interrupt::Deferred;
use anyhow::{Context, Result};
use std::cell::OnceCell;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// The file that lies in flash.
const FLASH: &str = "flash";

/// A temporary folder, the emulator's working directory: names in it have no spaces, which the
/// semihosting command line could not carry. While it is there, a signal to end is only noted.
pub(crate) struct Staging {
    /// Where in the chip's memory the file [`FLASH`] lies when it starts.
    flash: OnceCell<u64>,
    folder: TempDir,
    // After the folder, so that a signal can't leave it behind.
    interrupt: Deferred,
}

impl Staging {
    pub(crate) fn new() -> Result<Self> {
        let interrupt = Deferred::new()?;
        let folder = tempfile::Builder::new().prefix("vellum-").tempdir();
        let folder = folder.context("cannot make a temporary folder")?;
        Ok(Self { flash: OnceCell::new(), folder, interrupt })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Whether a signal to end has come.
    pub(crate) fn interrupted(&self) -> bool {
        self.interrupt.received()
    }

    /// Writes what lies in the chip's flash from this address on, behind the firmware.
    pub(crate) fn write_flash(&self, address: u64, content: &[u8]) -> Result<()> {
        self.write(FLASH, content)?;
        let _ = self.flash.set(address);
        Ok(())
    }

    /// The file for the chip's flash, and its address.
    pub(crate) fn flash(&self) -> Option<(&'static str, u64)> {
        self.flash.get().map(|&address| (FLASH, address))
    }

    /// Writes a file.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> Result<()> {
        let path = self.path().join(name);
        fs::write(&path, content).with_context(|| format!("cannot write {}", path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::Staging;

    #[test]
    fn the_folder_goes() {
        let staging = Staging::new().unwrap();
        let path = staging.path().to_owned();
        staging.write("jobs", "x").unwrap();
        assert!(path.join("jobs").exists());
        drop(staging);
        assert!(!path.exists());
    }
}
