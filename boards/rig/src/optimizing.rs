//! Modules that are rewritten for the interpreter.

use anyhow::{Result, anyhow};
use clap::Args;
use vellum_optimize::{OptimizeOptions, optimize};

/// Whether a module is rewritten on this computer.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(crate) struct Optimizing {
    /// Unroll small loops on this computer, up to so many times, so that a guest in slices or with fuel runs
    /// faster [default of COPIES: 4]
    ///
    /// The code grows. Backtraces still tell the lines of the module as it was.
    #[arg(long, value_name = "COPIES", num_args = 0..=1, require_equals = true,
          default_missing_value = "4", value_parser = clap::value_parser!(u8).range(2..=16))]
    pub(crate) optimize: Option<u8>,
}

impl Optimizing {
    /// The module, if it is to be rewritten.
    pub(crate) fn optimized(&self, binary: &[u8]) -> Result<Option<Vec<u8>>> {
        self.optimize.map(|copies| optimized(binary, copies)).transpose()
    }
}

/// A module with small loops unrolled up to so many times.
pub(crate) fn optimized(binary: &[u8], copies: u8) -> Result<Vec<u8>> {
    let options = OptimizeOptions::new().copies(copies);
    optimize(binary, &options).map_err(|error| anyhow!("cannot optimize: {error}"))
}

#[cfg(test)]
mod tests {
    use crate::cli::tests::invocation;

    #[test]
    fn a_module_is_optimized_if_that_is_asked() {
        let copies = |words: &[&str]| {
            invocation(&[&["a.wasm"], words].concat()).settings.optimizing.optimize
        };
        assert_eq!(copies(&[]), None);
        assert_eq!(copies(&["--optimize"]), Some(4));
        assert_eq!(copies(&["--optimize=8", "--prepared"]), Some(8));
    }

    #[test]
    fn a_module_is_stored_optimized_and_then_prepared() {
        let text = "(module (memory 1) (func (param i32) (loop (br_if 0 (local.get 0)))))";
        let module = wat::parse_str(text).unwrap();
        let stored = |words: &[&str]| {
            invocation(&[&["a.wasm"], words].concat()).stored(module.clone()).unwrap()
        };
        let lengths =
            [&[][..], &["--optimize"], &["--optimize=8"], &["--optimize=8", "--prepared"]]
                .map(|words| stored(words).len());
        assert!(lengths.is_sorted() && lengths[0] < lengths[1], "{lengths:?}");
        assert!(lengths[1] < lengths[2] && lengths[2] < lengths[3], "{lengths:?}");
    }
}
