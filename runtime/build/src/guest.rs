//! Guests that become part of a firmware.

use crate::budget::Budget;
use crate::cost::Cost;
use crate::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs, process};
use vellum_prepare::{Loading, Options, prepare, prepare_to_vec};

/// A guest that becomes part of a firmware, and what it may take.
///
/// ```
/// use vellum_build::{Error, Guest};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let file = folder.path().join("blink.wasm");
/// # std::fs::write(&file, wat::parse_str("(module (memory 1 1))").unwrap()).unwrap();
/// let guest = Guest::new(file).memory_bytes(65_536);
/// assert!(guest.prepare().is_ok());
/// let error = guest.memory_bytes(4096).prepare().unwrap_err();
/// assert!(matches!(error, Error::OverBudget { .. }));
/// assert!(error.to_string().ends_with("blink.wasm: over budget: memory 65,536 of 4,096 bytes"));
/// ```
#[derive(Debug, Clone)]
pub struct Guest {
    file: PathBuf,
    options: Options,
    loading: Loading,
    budget: Budget,
}

/// A prepared guest.
///
/// ```
/// use vellum_build::{Embedded, Guest};
///
/// # let folder = tempfile::tempdir().unwrap();
/// # let file = folder.path().join("blink.wasm");
/// # std::fs::write(&file, wat::parse_str("(module (memory 1 1))").unwrap()).unwrap();
/// let Embedded { module, cost, .. } = Guest::new(file).prepare()?;
/// assert_eq!(module.len() as u64, cost.flash);
/// # Ok::<(), vellum_build::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Embedded {
    /// The prepared module.
    pub module: Vec<u8>,
    /// What it takes.
    pub cost: Cost,
}

impl Guest {
    /// The guest in this file, from the folder of the package on, without a budget. With the feature
    /// `wat` a file that ends in `.wat` is a text.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        let (options, budget) = (Options::new(), Budget::default());
        Self { file: file.into(), options, loading: Loading::default(), budget }
    }

    /// How it is prepared: as the engine has it that loads it.
    #[must_use]
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// How it is loaded, as far as the heap that it takes depends on it.
    #[must_use]
    pub fn loading(mut self, loading: Loading) -> Self {
        self.loading = loading;
        self
    }

    /// The most bytes of flash that the prepared module may take.
    #[must_use]
    pub fn flash_bytes(mut self, bytes: u64) -> Self {
        self.budget.flash = Some(bytes);
        self
    }

    /// The most bytes that the memories which it defines may grow to. One without a maximum exceeds any
    /// budget.
    #[must_use]
    pub fn memory_bytes(mut self, bytes: u64) -> Self {
        self.budget.memory = Some(bytes);
        self
    }

    /// The most bytes of heap that it may take at any time while it is loaded and instantiated, without
    /// those of the engine and of its stacks. They are an upper bound, for any chip with 32 bits.
    #[must_use]
    pub fn heap_bytes(mut self, bytes: u64) -> Self {
        self.budget.heap = Some(bytes);
        self
    }

    /// Prepares it, and finds what it takes.
    ///
    /// # Errors
    ///
    /// If the file can't be read or is no module, or if it takes more than it may.
    pub fn prepare(&self) -> Result<Embedded, Error> {
        let invalid = |error| Error::Invalid { file: self.file.clone(), error };
        let bytes = self.binary()?;
        let module = prepare_to_vec(&bytes, &self.options).map_err(invalid)?;
        let prepared = prepare(&module, &self.options).map_err(invalid)?;
        let cost = Cost::of(&prepared, self.loading).map_err(invalid)?;
        drop(prepared);
        let message = self.budget.exceeded_by(&cost);
        if message.is_empty() {
            Ok(Embedded { module, cost })
        } else {
            Err(Error::OverBudget { file: self.file.clone(), message })
        }
    }

    /// Prepares it, and writes it to `OUT_DIR` under the name of its file, with the extension `wasm`.
    /// Cargo runs the build script again when the file changes.
    ///
    /// # Errors
    ///
    /// As for [`prepare`](Self::prepare), if the module can't be written, and outside of a build script.
    pub fn try_embed(&self) -> Result<Embedded, Error> {
        println!("cargo::rerun-if-changed={}", self.file.display());
        let folder = env::var_os("OUT_DIR").ok_or(Error::NotInBuildScript)?;
        let embedded = self.prepare()?;
        let name = Path::new(self.file.file_stem().unwrap_or_default());
        let file = Path::new(&folder).join(name).with_added_extension("wasm");
        match fs::write(&file, &embedded.module) {
            Ok(()) => Ok(embedded),
            Err(error) => Err(Error::Io { file, error }),
        }
    }

    /// As [`try_embed`](Self::try_embed), but an error fails the build, and cargo shows it.
    pub fn embed(&self) -> Embedded {
        self.try_embed().unwrap_or_else(|error| {
            println!("cargo::error={error}");
            process::exit(1)
        })
    }

    fn binary(&self) -> Result<Vec<u8>, Error> {
        let bytes = fs::read(&self.file);
        let bytes = bytes.map_err(|error| Error::Io { file: self.file.clone(), error })?;
        if self.file.extension() != Some("wat".as_ref()) {
            return Ok(bytes);
        }
        translated(&bytes).map_err(|message| Error::Text { file: self.file.clone(), message })
    }
}

#[cfg(feature = "wat")]
fn translated(text: &[u8]) -> Result<Vec<u8>, String> {
    let one_line =
        |error: wat::Error| error.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
    wat::parse_bytes(text).map(std::borrow::Cow::into_owned).map_err(one_line)
}

#[cfg(not(feature = "wat"))]
fn translated(_: &[u8]) -> Result<Vec<u8>, String> {
    Err("text needs the feature `wat` of vellum-build".to_owned())
}

#[cfg(test)]
mod tests {
    use super::Guest;
    use std::fs;

    #[test]
    fn text_is_translated_where_the_feature_is() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("blink.wat");
        fs::write(&file, "(module (memory 1 1))").unwrap();
        let prepared = Guest::new(&file).prepare().map_err(|error| error.to_string());
        if cfg!(feature = "wat") {
            assert_eq!(prepared.unwrap().cost.memory, Some(65_536));
        } else {
            assert!(
                prepared.unwrap_err().ends_with("text needs the feature `wat` of vellum-build")
            );
        }
        fs::write(&file, "(module\n  (fun))").unwrap();
        let error = Guest::new(&file).prepare().unwrap_err().to_string();
        assert!(error.contains("blink.wat: invalid module: ") && !error.contains('\n'), "{error}");
    }

    #[test]
    fn heap_bounds_follow_the_code() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("blink.wasm");
        let heap = |functions: usize| {
            let functions = "(func (drop (i32.add (i32.const 1) (i32.const 2))))".repeat(functions);
            fs::write(&file, wat::parse_str(format!("(module {functions})")).unwrap()).unwrap();
            Guest::new(&file).prepare().unwrap().cost.heap
        };
        assert!(heap(100) > heap(1) + 99 * 48, "{} {}", heap(100), heap(1));
    }
}
