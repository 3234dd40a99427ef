//! Watches over the processes that try the inputs.

use crate::options::Options;
use std::fmt;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, ExitCode, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{LazyLock, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use vellum_host_tests::fuzz::{Inputs, Target};

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

/// Begins a worker; what it says comes from the channel.
fn begin(target: &Target, seed: u64, number: u64) -> Result<(Child, Receiver<String>), String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut command = Command::new(program);
    command
        .args([target.name, "--worker", &number.to_string(), "--seed", &seed.to_string()])
        .stdout(Stdio::piped());
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

/// Tries inputs until the time is over or one fails.
fn watch(target: &'static Target, options: &Options) -> Report {
    (target.set_up)();
    let mut report = Report { target, tried: 0, reached: 0, failure: None };
    let (mut child, lines) = match begin(target, options.seed, 0) {
        Ok(begun) => begun,
        Err(message) => return Report { failure: Some(message), ..report },
    };
    // The worker says first that it is ready.
    let mut until = None;
    let mut number = None;
    let failure = loop {
        if until.is_some_and(|until| Instant::now() > until) {
            break None;
        }
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => match line.split_once(' ') {
                Some(("try", which)) => number = which.parse().ok(),
                Some(("done", reached)) => {
                    report.tried += 1;
                    report.reached += u64::from(reached == "true");
                }
                Some(("failed", why)) => break Some(why.to_owned()),
                _ => until = Some(Instant::now() + options.time),
            },
            Err(RecvTimeoutError::Timeout) => break Some("does not end".to_owned()),
            Err(RecvTimeoutError::Disconnected) => break Some("ended the process".to_owned()),
        }
    };
    let _ = child.kill();
    let _ = child.wait();
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
