//! The job file: what the firmware runs.
//!
//! One job a line, its fields separated by tabs: display name, module path, fuel or `-`, slice or
//! `-`, report `0` or `1`, `=` and the function's name or `-`, then the arguments as
//! [`invocation::encoded`] has them. `%`, tab and line breaks
//! within a field are percent-encoded. A first line `#batch` has the firmware announce each job
//! by its display name and go on after a failure.

use crate::invocation::{self, Invocation};
use std::borrow::Cow;

/// One job: an invocation whose module lies ready for the firmware.
pub(crate) struct Job<'a> {
    /// The module as the user knows it.
    pub(crate) name: &'a str,
    /// The module as the emulator finds it.
    pub(crate) module: String,
    pub(crate) invocation: &'a Invocation,
}

impl Job<'_> {
    fn line(&self) -> String {
        let number =
            |value: Option<u64>| value.map_or("-".into(), |units| units.to_string().into());
        let (fuel, slice) = (number(self.invocation.fuel), number(self.invocation.slice));
        let report = if self.invocation.report { "1" } else { "0" };
        let call = self.invocation.invoke.call();
        let function = call.map_or("-".to_owned(), |(name, _)| format!("={name}"));
        let arguments = call.map_or([].as_slice(), |(_, arguments)| arguments);
        let mut fields =
            vec![encoded(self.name), encoded(&self.module), fuel, slice, report.into()];
        fields.push(encoded(&function));
        let arguments = arguments.iter().map(|argument| invocation::encoded(argument));
        fields.extend(arguments.map(|argument| Cow::Owned(encoded(&argument).into_owned())));
        fields.join("\t")
    }
}

/// The text of a job file for a single job.
pub(crate) fn single(job: &Job<'_>) -> String {
    job.line() + "\n"
}

/// The text of a job file for a batch. A run without a job is an empty line, so that the firmware
/// counts as the list does.
pub(crate) fn batch(jobs: &[Option<Job<'_>>]) -> String {
    let line = |job: &Option<Job<'_>>| job.as_ref().map(Job::line).unwrap_or_default() + "\n";
    let lines = jobs.iter().map(line);
    std::iter::once("#batch\n".to_owned()).chain(lines).collect()
}

fn encoded(field: &str) -> Cow<'_, str> {
    if !field.contains(['%', '\t', '\n', '\r']) {
        return Cow::Borrowed(field);
    }
    let escapes = [("%", "%25"), ("\t", "%09"), ("\n", "%0A"), ("\r", "%0D")];
    let encoded =
        escapes.iter().fold(field.to_owned(), |text, (raw, code)| text.replace(raw, code));
    Cow::Owned(encoded)
}

#[cfg(test)]
mod tests {
    use super::{Job, batch, encoded, single};
    use crate::cli::tests::invocation;

    #[test]
    fn a_run_of_the_start_function() {
        let invocation = invocation(&["a.wasm"]);
        let job = Job { name: "a.wasm", module: "0.wasm".into(), invocation: &invocation };
        assert_eq!(single(&job), "a.wasm\t0.wasm\t-\t-\t0\t-\n");
    }

    #[test]
    fn a_call_with_everything() {
        let invocation = invocation(&[
            "x",
            "--report",
            "--fuel",
            "18446744073709551615",
            "--slice",
            "7",
            "--invoke",
            "-",
            "-1",
        ]);
        let job = Job { name: "50%\t", module: "1.wasm".into(), invocation: &invocation };
        let line =
            "50%25%09\t1.wasm\t18446744073709551615\t7\t1\t=-\t-1;bf800000;bff0000000000000\n";
        assert_eq!(single(&job), line);
        assert_eq!(batch(&[None, Some(job), None]), format!("#batch\n\n{line}\n"));
    }

    #[test]
    fn only_what_separates_is_encoded() {
        assert_eq!(encoded("a b\u{e9}=,"), "a b\u{e9}=,");
        assert_eq!(encoded("%09\t%\r\n"), "%2509%09%25%0D%0A");
    }
}
