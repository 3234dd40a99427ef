//! Watches over the processes that try the inputs.

use crate::options::Options;
use std::fmt;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use vellum_host_tests::fuzz::{Inputs, Target};
use vellum_host_tests::worker::Worker;

/// How long one input may take.
const PATIENCE: Duration = Duration::from_secs(60);

static INPUTS: LazyLock<Inputs> = LazyLock::new(Inputs::default);

/// What came of one target.
struct Report {
    target: &'static Target,
    tried: u64,
    /// Inputs that got as far as what the target is about.
    reached: u64,
    failure: Option<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { target, tried, reached, failure } = self;
        let end = if failure.is_some() { "FAILED" } else { "no failure" };
        write!(f, "{}: {tried} inputs, of which {reached} ran: {end}", target.name)?;
        match failure {
            Some(failure) => write!(f, "\n{failure}"),
            None => Ok(()),
        }
    }
}

/// Tries inputs until the time is over or one fails.
fn watch(target: &'static Target, options: &Options) -> Report {
    (target.set_up)();
    let mut report = Report { target, tried: 0, reached: 0, failure: None };
    let seed = options.seed.to_string();
    let worker = match Worker::begin(&[target.name, "--worker", "0", "--seed", &seed]) {
        Ok(worker) => worker,
        Err(message) => return Report { failure: Some(message), ..report },
    };
    // The worker says first that it is ready.
    let mut until = None;
    let mut number = None;
    let failure = loop {
        if until.is_some_and(|until| Instant::now() > until) {
            break None;
        }
        match worker.line(PATIENCE) {
            Ok(line) => match line.split_once(' ') {
                Some(("try", which)) => number = which.parse().ok(),
                Some(("done", reached)) => {
                    report.tried += 1;
                    report.reached += u64::from(reached == "true");
                }
                Some(("failed", why)) => break Some(why.to_owned()),
                _ => until = Some(Instant::now() + options.time),
            },
            Err(silence) => break Some(silence.what().to_owned()),
        }
    };
    drop(worker);
    report.failure = failure.map(|why| match number {
        Some(number) => kept(target, options, number, &why),
        None => why,
    });
    report
}

/// Keeps the input that failed, and says how it is repeated.
fn kept(target: &Target, options: &Options, number: u64, why: &str) -> String {
    let seed = options.seed;
    let why = why.replace("\\n", "\n");
    let file = options.failures.join(format!("{}-{seed}-{number}", target.name));
    let input = target.input(&INPUTS, seed, number);
    let write = |folder: &Path| {
        fs::create_dir_all(folder)?;
        fs::write(&file, &input)
    };
    match write(&options.failures) {
        Ok(()) => {
            let file = file.display();
            format!("{why}\nthe input is {file}: cargo rig fuzz {} --input {file}", target.name)
        }
        Err(error) => format!("{why}\ninput {number} of seed {seed} can't be written: {error}"),
    }
}

/// Runs all targets, as many at once as there are cores.
pub(crate) fn run(options: &Options) -> ExitCode {
    let waiting = Mutex::new(options.targets.iter());
    let failed = Mutex::new(0_usize);
    let lanes = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        for _ in 0..lanes.min(options.targets.len()) {
            scope.spawn(|| {
                loop {
                    let next = waiting.lock().expect("no lane panics").next();
                    let Some(target) = next else { return };
                    let report = watch(target, options);
                    println!("{report}");
                    *failed.lock().expect("no lane panics") +=
                        usize::from(report.failure.is_some());
                }
            });
        }
    });
    let failed = failed.into_inner().expect("no lane panics");
    println!("{} targets, {failed} failed (seed {})", options.targets.len(), options.seed);
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
