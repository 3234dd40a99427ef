//! The job file: what the firmware runs.
//!
//! One job a line, its fields separated by tabs: display name, module path, fuel or `-`, slice or
//! `-`, pages of reserve, bytes of heap, bytes of value stack and nested calls or `-` each, `eager`,
//! `lazy` or `unasked`, report `0`, `1`, as a budget `2` or of the native stack `3`, the program's strings or `-`, `=` and the function's name or `-`, then the arguments as
//! [`invocation::encoded`] has them. `%`, tab and line breaks within a field are percent-encoded. A first
//! line `#batch` has the firmware announce each job by its display name and go on after a failure.

use crate::invocation::{self, Invocation, Settings};
use std::borrow::Cow;

/// One job: an invocation whose module lies ready for the firmware.
pub(crate) struct Job<'a> {
    /// The module as the user knows it.
    pub(crate) name: &'a str,
    /// The module as the emulator finds it.
    pub(crate) module: String,
    pub(crate) invocation: &'a Invocation,
    pub(crate) told: Told,
}

/// What the firmware tells of a job besides what it prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Told {
    /// What the invocation asks for.
    AsAsked,
    /// Only its costs are of interest: it need not find what it imports.
    Budget,
    /// How much native stack each step took.
    Stack,
}

impl Job<'_> {
    fn line(&self) -> String {
        let Invocation { invoke, fuel, slice, settings, strings, report, .. } = self.invocation;
        let report = match (self.told, report) {
            (Told::Stack, _) => "3",
            (Told::Budget, _) => "2",
            (Told::AsAsked, true) => "1",
            (Told::AsAsked, false) => "0",
        };
        let call = invoke.call();
        let function = call.map_or("-".to_owned(), |(name, _)| format!("={name}"));
        let arguments = call.map_or([].as_slice(), |(_, arguments)| arguments);
        let mut fields: Vec<Cow<'_, str>> = vec![
            encoded(self.name),
            encoded(&self.module),
            number(*fuel),
            number(*slice),
            number(settings.reserve),
            number(settings.heap),
            number(settings.stack),
            number(settings.calls),
            mode(settings).into(),
            report.into(),
            Cow::Owned(encoded(&strings.text()).into_owned()),
            encoded(&function),
        ];
        let arguments = arguments.iter().map(|argument| invocation::encoded(argument));
        fields.extend(arguments.map(|argument| Cow::Owned(encoded(&argument).into_owned())));
        fields.join("\t")
    }
}

/// How the module is loaded.
fn mode(settings: &Settings) -> &'static str {
    match settings {
        Settings { lazy: true, .. } => "lazy",
        Settings { unasked: true, .. } => "unasked",
        _ => "eager",
    }
}

fn number<N: ToString>(value: Option<N>) -> Cow<'static, str> {
    value.map_or("-".into(), |value| value.to_string().into())
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
    use super::{Job, Told, batch, encoded, single};
    use crate::cli::tests::invocation;

    #[test]
    fn a_run_of_the_start_function() {
        let invocation = invocation(&["a.wasm"]);
        let module = || "0.wasm".into();
        let job = |told| Job { name: "a.wasm", module: module(), invocation: &invocation, told };
        assert_eq!(
            single(&job(Told::AsAsked)),
            "a.wasm\t0.wasm\t-\t-\t-\t-\t-\t-\teager\t0\t-\t-\n"
        );
        assert_eq!(
            single(&job(Told::Budget)),
            "a.wasm\t0.wasm\t-\t-\t-\t-\t-\t-\teager\t2\t-\t-\n"
        );
        assert_eq!(single(&job(Told::Stack)), "a.wasm\t0.wasm\t-\t-\t-\t-\t-\t-\teager\t3\t-\t-\n");
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
            "--reserve",
            "2",
            "--heap",
            "3",
            "--stack",
            "4",
            "--calls",
            "5",
            "--lazy",
            "--arg",
            "-x",
            "--invoke",
            "-",
            "-1",
        ]);
        let job = Job {
            name: "50%\t",
            module: "1.wasm".into(),
            invocation: &invocation,
            told: Told::AsAsked,
        };
        let line = "50%25%09\t1.wasm\t18446744073709551615\t7\t2\t3\t4\t5\tlazy\t1\ta-x\t=-\t\
                    -1;bf800000;bff0000000000000\n";
        assert_eq!(single(&job), line);
        assert_eq!(batch(&[None, Some(job), None]), format!("#batch\n\n{line}\n"));
    }

    #[test]
    fn only_what_separates_is_encoded() {
        assert_eq!(encoded("a b\u{e9}=,"), "a b\u{e9}=,");
        assert_eq!(encoded("%09\t%\r\n"), "%2509%09%25%0D%0A");
    }
}
