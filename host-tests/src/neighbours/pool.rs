//! All parts of all families, in as many processes as there are cores.

use super::{Family, Part, part::Work};
use std::{
    env,
    error::Error,
    io::{self, BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::{Mutex, mpsc},
    thread,
    time::Duration,
};

/// Cases of one process, about.
const CASES: usize = 20_000;

/// After how long without a word a process is taken to hang.
const PATIENCE: Duration = Duration::from_secs(60);

/// What all came to.
#[derive(Debug, Default, Clone, Copy)]
pub struct Report {
    /// Functions that were compared.
    pub functions: u64,
    /// Calls of them.
    pub calls: u64,
    /// Functions on which the runtimes do not agree.
    pub differences: u64,
}

/// What a process was doing last, and whether it came to its end.
struct End {
    at: usize,
    whole: bool,
    how: String,
}

/// Compares this part of the family, and gives each difference to `found`.
///
/// # Errors
///
/// If a process can't be started, or makes no modules.
pub fn run_all(
    family: &dyn Family,
    every: usize,
    thorough: bool,
    found: &(dyn Fn(&str) + Sync),
) -> Result<Report, Box<dyn Error>> {
    let part = Part { from: 0, to: family.groups(), every };
    let parts = Mutex::new(part.split(family, CASES).into_iter());
    let total = Mutex::new(Report::default());
    let worker = || -> io::Result<()> {
        loop {
            let Some(part) = locked(&parts).next() else { return Ok(()) };
            let work = Work { part, skip: 0, take: usize::MAX, alone: false, thorough };
            let mut report = Report::default();
            run_one(family, work, &mut report, found)?;
            let mut total = locked(&total);
            total.functions += report.functions;
            total.calls += report.calls;
            total.differences += report.differences;
        }
    };
    let workers = thread::available_parallelism().map_or(1, Into::into);
    thread::scope(|scope| {
        let running: Vec<_> = (0..workers).map(|_| scope.spawn(worker)).collect();
        for worker in running {
            worker.join().unwrap_or_else(|_| Err(io::Error::other("a thread panicked")))?;
        }
        Ok::<_, io::Error>(())
    })?;
    Ok(*locked(&total))
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Compares one part, also if it crashes: each case of a module that crashes is then tried alone.
fn run_one(
    family: &dyn Family,
    mut work: Work,
    report: &mut Report,
    found: &(dyn Fn(&str) + Sync),
) -> io::Result<()> {
    loop {
        let end = run(family, work, report, found)?;
        if end.whole {
            return Ok(());
        }
        let size = family.module_size();
        let until = end.at + size;
        let mut alone = Work { skip: end.at, take: size, alone: true, ..work };
        while alone.skip < until {
            let last = run(family, alone, report, found)?;
            if last.whole {
                break;
            }
            report.differences += 1;
            let culprit = work.part.cases(family).nth(last.at);
            let text = culprit.map_or_else(String::new, |case| case.text(0));
            found(&format!("{}\n  the process ended: {}", text.trim_end(), last.how));
            alone = Work { skip: last.at + 1, take: until - last.at - 1, ..alone };
        }
        work = Work { skip: until, ..work };
    }
}

fn run(
    family: &dyn Family,
    work: Work,
    report: &mut Report,
    found: &(dyn Fn(&str) + Sync),
) -> io::Result<End> {
    let mut child = Command::new(env::current_exe()?)
        .args(["--part", family.name()])
        .args(work.words())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut end = End { at: work.skip, whole: false, how: String::new() };
    let hangs = listen(&mut child, |line| {
        if let Some(at) = line.strip_prefix("at ") {
            end.at = at.parse().unwrap_or(end.at);
        } else if let Some(difference) = line.strip_prefix("difference ") {
            report.differences += 1;
            found(&difference.replace("\\n", "\n"));
        } else if let Some((functions, calls)) =
            line.strip_prefix("done ").and_then(|counts| counts.split_once(' '))
        {
            report.functions += functions.parse().unwrap_or(0);
            report.calls += calls.parse().unwrap_or(0);
            end.whole = true;
        }
    });
    if hangs {
        child.kill()?;
    }
    let status = child.wait()?;
    end.how = if hangs { "it hangs".to_owned() } else { status.to_string() };
    if status.code() == Some(2) {
        return Err(io::Error::other(format!("{}: a part failed", family.name())));
    }
    Ok(end)
}

/// Hands each line of a process to `take`, until the last; whether it fell silent before.
fn listen(child: &mut Child, mut take: impl FnMut(&str)) -> bool {
    let Some(output) = child.stdout.take() else { return false };
    let (sender, lines) = mpsc::channel();
    let reader = move || {
        let lines = BufReader::new(output).lines().map_while(Result::ok);
        for line in lines {
            if sender.send(line).is_err() {
                break;
            }
        }
    };
    let reader = thread::spawn(reader);
    let hangs = loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => take(&line),
            Err(error) => break error == mpsc::RecvTimeoutError::Timeout,
        }
    };
    if !hangs {
        let _ = reader.join();
    }
    hangs
}
