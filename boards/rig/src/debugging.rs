//! What a run shows of its guest by an instrumented module.

use clap::Args;
use std::path::PathBuf;
use vellum_instrument::InstrumentOptions;

/// Units after which a profiled guest is looked at.
const SAMPLE: u32 = 1000;

/// What is shown of the guest.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub(crate) struct Debugging {
    /// If the guest fails, print where it was: functions, and files and lines of a module with debug information
    ///
    /// The module is instrumented on this computer, and so takes more flash, heap and instructions.
    #[arg(long)]
    backtrace: bool,

    /// If the guest fails, write its memories, globals and active functions to this file, as a core dump that
    /// debuggers of WebAssembly read; and print where it was
    #[arg(long, value_name = "FILE")]
    pub(crate) coredump: Option<PathBuf>,

    /// Show in which functions the guest spends its units, about one an instruction: as a table; or write a flame
    /// graph to a file that ends in `.svg`, or folded stacks to any other
    ///
    /// A sample is taken after every 1000 units, by their number and never by time.
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    pub(crate) profile: Option<Option<PathBuf>>,
}

impl Debugging {
    /// Whether the guest is to tell where it was when it failed.
    pub(crate) fn has_backtrace(&self) -> bool {
        self.backtrace || self.coredump.is_some()
    }

    /// Whether the module is instrumented.
    pub(crate) fn is_on(&self) -> bool {
        self.has_backtrace() || self.profile.is_some()
    }

    /// How the module is instrumented, if it is.
    pub(crate) fn options(&self) -> Option<InstrumentOptions> {
        let options = InstrumentOptions::new().core_dump(self.coredump.is_some());
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
