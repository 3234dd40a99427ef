//! What a run shows of its guest by an instrumented module.

use crate::post_mortem::PostMortem;
use anyhow::Result;
use clap::Args;
use std::path::{Path, PathBuf};
use vellum_instrument::InstrumentOptions;

/// Units after which a profiled guest is looked at.
const SAMPLE: u32 = 1000;

/// What is shown of a guest that fails.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(crate) struct OnFailure {
    /// If the guest fails, print where it was: functions, and files and lines of a module with debug information
    ///
    /// The module is instrumented on this computer, and so takes more flash, heap and instructions.
    #[arg(long, requires = "file")]
    backtrace: bool,

    /// If the guest fails, write its memories, globals and active functions to this file, as a core dump that
    /// debuggers of WebAssembly read; and print where it was
    #[arg(long, value_name = "FILE", requires = "file")]
    coredump: Option<PathBuf>,
}

impl OnFailure {
    /// Whether the guest is to tell where it was when it failed.
    pub(crate) fn is_on(&self) -> bool {
        self.backtrace || self.coredump.is_some()
    }

    /// How the module is instrumented for it.
    pub(crate) fn options(&self) -> InstrumentOptions {
        InstrumentOptions::new().core_dump(self.coredump.is_some())
    }

    /// Shows what the guest of this module has left, if it has left anything.
    pub(crate) fn explain(&self, left: PostMortem, original: &Path) -> Result<()> {
        if left.is_empty() { Ok(()) } else { left.explain(original, self.coredump.as_deref()) }
    }
}

/// What the guest of an image tells by the log if it fails.
#[derive(Debug, Clone, Copy, Default, Args)]
pub(crate) struct LogOnFailure {
    /// If the guest fails, have it tell by the log where it was
    #[arg(long, requires = "file")]
    backtrace: bool,

    /// If the guest fails, have it tell its memories and globals, too, of which `coredump` makes a core dump
    #[arg(long, requires = "file")]
    coredump: bool,
}

impl LogOnFailure {
    /// How the module is instrumented, if it is.
    pub(crate) fn options(self) -> Option<InstrumentOptions> {
        let options = InstrumentOptions::new().core_dump(self.coredump);
        (self.backtrace || self.coredump).then_some(options)
    }
}

/// What is shown of the guest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(crate) struct Debugging {
    #[command(flatten)]
    pub(crate) on_failure: OnFailure,

    /// Show in which functions the guest spends its units, about one an instruction: as a table; or write a flame
    /// graph to a file that ends in `.svg`, or folded stacks to any other
    ///
    /// A sample is taken after every 1,000 units, by their number and never by time.
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    pub(crate) profile: Option<Option<PathBuf>>,
}

impl Debugging {
    /// Whether the module is instrumented.
    pub(crate) fn is_on(&self) -> bool {
        self.on_failure.is_on() || self.profile.is_some()
    }

    /// Has the files that are written in a folder, unless their paths are absolute.
    pub(crate) fn resolve(&mut self, folder: &Path) {
        let files = self.on_failure.coredump.iter_mut().chain(self.profile.iter_mut().flatten());
        files.for_each(|file| *file = folder.join(&file));
    }

    /// How the module is instrumented, if it is.
    pub(crate) fn options(&self) -> Option<InstrumentOptions> {
        let options = self.on_failure.options();
        let profiled = self.profile.as_ref().map(|_| options.clone().profile(SAMPLE));
        self.is_on().then(|| profiled.unwrap_or(options))
    }
}

#[cfg(test)]
mod tests {
    use super::SAMPLE;
    use crate::cli::tests::invocation;

    #[test]
    fn a_module_is_instrumented_for_what_is_asked() {
        let options = |words: &[&str]| {
            let options = invocation(&[&["a.wasm"], words].concat()).debugging.options();
            options.map(|options| (options.core_dump, options.profile))
        };
        assert_eq!(options(&[]), None);
        assert_eq!(options(&["--backtrace"]), Some((false, None)));
        assert_eq!(options(&["--coredump", "core"]), Some((true, None)));
        assert_eq!(options(&["--profile"]), Some((false, Some(SAMPLE))));
        let both = ["--profile", "out.svg", "--coredump", "core", "--backtrace"];
        assert_eq!(options(&both), Some((true, Some(SAMPLE))));
    }
}
