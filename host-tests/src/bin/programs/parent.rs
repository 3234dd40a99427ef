//! Watches over the process that runs the programs.

use crate::options::Options;
use crate::report;
use std::fmt;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};
use vellum_host_tests::programs::{Case, Tally};

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
    Lost(u64, &'static str),
    /// It could not be begun.
    Broken(String),
}

/// Begins a worker; what it says comes from the channel.
fn begin(seed: u64) -> Result<(Child, Receiver<String>), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command.args(["--worker", "--seed", &seed.to_string()]).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    let output = child.stdout.take().ok_or("the worker has no output")?;
    let (sender, receiver) = channel();
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    Ok((child, receiver))
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
    let (mut child, lines) = match begin(seed) {
        Ok(begun) => begun,
        Err(message) => return End::Broken(message),
    };
    let mut at = seed;
    let mut told = Instant::now();
    let end = loop {
        if told.elapsed() > TELL {
            eprintln!("seed {at}, so far {found}");
            told = Instant::now();
        }
        if found.tally.calls >= options.calls
            || found.differences >= options.differences
            || until.is_some_and(|until| Instant::now() > until)
        {
            break End::Enough;
        }
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => match line.split_once(' ') {
                Some(("seed", number)) => at = number.parse().unwrap_or(at),
                Some(("done", words)) => count(found, words),
                Some(("|", text)) => println!("{text}"),
                _ if line == "difference" => found.differences += 1,
                _ => {}
            },
            Err(RecvTimeoutError::Timeout) => break End::Lost(at, "does not end"),
            Err(RecvTimeoutError::Disconnected) => break End::Lost(at, "ended the process"),
        }
    };
    let _ = child.kill();
    let _ = child.wait();
    end
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
                println!("seed {at}: the program {how} (--seed {at} --show prints it)");
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
