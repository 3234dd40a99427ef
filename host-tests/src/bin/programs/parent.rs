//! Watches over the process that runs the programs.

use crate::options::Options;
use crate::report;
use std::fmt;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use vellum_host_tests::programs::{Case, Tally};
use vellum_host_tests::worker::{Silence, Worker};

/// How long one program may take, and how long it may be made smaller.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often progress is printed.
const TELL: Duration = Duration::from_secs(60);

/// What was found so far.
#[derive(Default)]
struct Found {
    programs: u64,
    tally: Tally,
    differences: u64,
}

/// How a worker came to its end.
enum End {
    /// Enough was compared or found.
    Enough,
    /// It crashed or hung with this seed.
    Lost(u64, Silence),
    /// It could not be begun.
    Broken(String),
}

fn count(found: &mut Found, words: &str) {
    let numbers: Vec<u64> = words.split(' ').filter_map(|word| word.parse().ok()).collect();
    if let [modules, calls, traps, exhausted] = numbers[..] {
        found.programs += 1;
        found.tally.modules += modules;
        found.tally.calls += calls;
        found.tally.traps += traps;
        found.tally.exhausted += exhausted;
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { programs, tally, differences } = self;
        write!(
            f,
            "{programs} programs, {} modules, {} calls ({} trapped, {} programs cut short): \
             {differences} differences",
            tally.modules, tally.calls, tally.traps, tally.exhausted
        )
    }
}

fn watch(options: &Options, seed: u64, until: Option<Instant>, found: &mut Found) -> End {
    let worker = match Worker::begin(&["--worker", "--seed", &seed.to_string()]) {
        Ok(worker) => worker,
        Err(message) => return End::Broken(message),
    };
    let mut at = seed;
    let mut told = Instant::now();
    loop {
        if told.elapsed() > TELL {
            eprintln!("seed {at}, so far {found}");
            told = Instant::now();
        }
        if found.tally.calls >= options.calls
            || found.differences >= options.differences
            || until.is_some_and(|until| Instant::now() > until)
        {
            return End::Enough;
        }
        match worker.line(PATIENCE) {
            Ok(line) => match line.split_once(' ') {
                Some(("seed", number)) => at = number.parse().unwrap_or(at),
                Some(("done", words)) => count(found, words),
                Some(("|", text)) => println!("{text}"),
                _ if line == "difference" => found.differences += 1,
                _ => {}
            },
            Err(silence) => return End::Lost(at, silence),
        }
    }
}

/// Runs workers until enough was compared.
pub(crate) fn run(options: &Options) -> ExitCode {
    if options.show {
        match Case::of(options.seed) {
            Some(case) => println!("{}{:?}", report::program(&case.program), case.setups),
            None => println!("no program"),
        }
        return ExitCode::SUCCESS;
    }
    let until = options.time.map(|time| Instant::now() + time);
    let mut found = Found::default();
    let mut seed = options.seed;
    loop {
        match watch(options, seed, until, &mut found) {
            End::Enough => break,
            End::Lost(at, how) => {
                println!("seed {at}: the program {} (--seed {at} --show prints it)", how.what());
                found.differences += 1;
                seed = at + 1;
            }
            End::Broken(message) => {
                eprintln!("{message}");
                return ExitCode::FAILURE;
            }
        }
    }
    println!("{found}");
    if found.differences == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
