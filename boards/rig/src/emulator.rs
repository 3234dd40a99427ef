//! One boot of a firmware in QEMU.

use crate::board::Board;
use crate::failure;
use crate::figures::separated;
use crate::leash::Leashed;
use crate::log::{Decoder, Dictionary, Record};
use crate::setup::QEMU;
use crate::staging::Staging;
use crate::used::Used;
use anyhow::{Context, Result, anyhow};
use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

/// What to boot, and how.
pub(crate) struct Boot<'a> {
    pub(crate) board: &'a Board,
    /// The firmware's ELF file.
    pub(crate) elf: &'a Path,
    /// What the firmware gets as its command line, after the board's name.
    pub(crate) arguments: &'a [&'a str],
    /// The files that the firmware finds by relative paths.
    pub(crate) staging: &'a Staging,
    /// How long it may run, counted anew after each [`Reaction::PrintAndRestartClock`].
    pub(crate) time_limit: Duration,
}

/// What the firmware says.
#[derive(Clone, Copy)]
pub(crate) enum Said<'a> {
    /// A line that it prints.
    Line(&'a str),
    /// A failure that it reports.
    Error(&'a str),
}

/// What becomes of what the firmware says.
pub(crate) enum Reaction {
    Print,
    /// It is taken and not shown.
    Swallow,
    PrintAndRestartClock,
    SwallowAndRestartClock,
}

impl Reaction {
    fn prints(&self) -> bool {
        matches!(self, Self::Print | Self::PrintAndRestartClock)
    }

    fn restarts_clock(&self) -> bool {
        matches!(self, Self::PrintAndRestartClock | Self::SwallowAndRestartClock)
    }
}

/// How a boot ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    Exited {
        /// The firmware's exit status, or none if QEMU itself was ended by a signal.
        status: Option<i32>,
        /// The failures that the firmware reported.
        errors: Vec<String>,
        /// What it has used at most, if it came to its end.
        used: Option<Used>,
        /// What QEMU said.
        complaint: String,
    },
    TimeLimit,
    Interrupted,
}

/// How often a wait for output looks whether the user wants to stop.
const ATTENTION: Duration = Duration::from_millis(100);

impl Boot<'_> {
    /// Boots, shows what the firmware prints and logs, and gives how it ended. `react` sees each
    /// printed line first.
    pub(crate) fn run(&self, mut react: impl FnMut(&str) -> Reaction) -> Result<End> {
        self.listen(|said| match said {
            Said::Line(line) => react(line),
            Said::Error(_) => Reaction::Print,
        })
    }

    /// The same, where `react` sees the failures that the firmware reports, too.
    pub(crate) fn listen(&self, mut react: impl FnMut(Said<'_>) -> Reaction) -> Result<End> {
        let elf = fs::read(self.elf)
            .with_context(|| format!("cannot read firmware: {}", self.elf.display()))?;
        let dictionary = Dictionary::of(&elf)?;
        let mut decoder = dictionary.decoder();
        let mut qemu = Leashed::spawn(&mut self.command()).context("cannot start QEMU")?;
        let output = chunks(qemu.stdout.take().context("QEMU has no stdout")?);
        let complaint = chunks(qemu.stderr.take().context("QEMU has no stderr")?);
        let (mut errors, mut used) = (Vec::new(), None);
        let mut end = Instant::now() + self.time_limit;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            match output.recv_timeout(left.min(ATTENTION)) {
                Ok(bytes) => {
                    let shown = show(&mut decoder, &bytes, &mut react)?;
                    errors.extend(shown.errors);
                    used = shown.used.or(used);
                    if shown.restart_clock {
                        end = Instant::now() + self.time_limit;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            if self.staging.interrupted() {
                return Ok(End::Interrupted);
            }
            if Instant::now() >= end {
                return Ok(End::TimeLimit);
            }
        }
        let status = qemu.wait().context("cannot wait for QEMU")?.code();
        let complaint: Vec<u8> = complaint.iter().flatten().collect();
        let complaint = String::from_utf8_lossy(&complaint).trim().to_owned();
        // For people: who reads the output by a program asks for a report.
        if let Some(used) = used.filter(|_| io::stderr().is_terminal()) {
            eprintln!("used: {used}");
        }
        Ok(End::Exited { status, errors, used, complaint })
    }

    fn command(&self) -> Command {
        let facts = &self.board.facts;
        let mut command = Command::new(QEMU);
        command
            .current_dir(self.staging.path())
            .args(["-machine", facts.qemu_machine.as_deref().unwrap_or_default()])
            .args(&facts.qemu_args)
            .args(["-display", "none", "-monitor", "none", "-serial", "none"])
            .args(self.time())
            .args(self.flash())
            .args(["-semihosting-config", &self.semihosting(), "-kernel"])
            .arg(self.elf)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// One instruction a nanosecond of the machine's time, so that the board's timer counts
    /// instructions; or nothing, where cores must not take turns.
    fn time(&self) -> &'static [&'static str] {
        if self.board.counts_instructions() { &["-icount", "shift=0"] } else { &[] }
    }

    /// What lies in flash behind the firmware.
    fn flash(&self) -> Vec<String> {
        let loader = |(file, address): (&str, u64)| {
            vec!["-device".into(), format!("loader,file={file},addr={address:#x},force-raw=on")]
        };
        self.staging.flash().map(loader).unwrap_or_default()
    }

    fn semihosting(&self) -> String {
        let words = std::iter::once(self.board.name.as_str()).chain(self.arguments.iter().copied());
        // A comma within a value is written twice.
        let words = words.map(|word| format!(",arg={}", word.replace(',', ",,")));
        std::iter::once("enable=on,target=native".to_owned()).chain(words).collect()
    }
}

/// What a stream gives, read by a thread of its own, until it closes.
fn chunks(mut stream: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(length @ 1..) = stream.read(&mut buffer) {
            let bytes = buffer.get(..length).unwrap_or_default().to_vec();
            if sender.send(bytes).is_err() {
                break;
            }
        }
    });
    receiver
}

struct Shown {
    errors: Vec<String>,
    used: Option<Used>,
    restart_clock: bool,
}

fn show(
    decoder: &mut Decoder<'_>,
    bytes: &[u8],
    react: &mut impl FnMut(Said<'_>) -> Reaction,
) -> Result<Shown> {
    let mut shown = Shown { errors: Vec::new(), used: None, restart_clock: false };
    let mut stdout = io::stdout().lock();
    decoder.receive(bytes);
    while let Some(record) = decoder.next() {
        let written = match record {
            Record::Print(line) => {
                let reaction = react(Said::Line(&line));
                shown.restart_clock |= reaction.restarts_clock();
                if reaction.prints() { writeln!(stdout, "{line}") } else { Ok(()) }
            }
            Record::Used(used) => {
                shown.used = Some(used);
                Ok(())
            }
            Record::Log(line) => writeln!(stdout, "{line}"),
            Record::Error(message) => {
                let reaction = react(Said::Error(&message));
                shown.restart_clock |= reaction.restarts_clock();
                if reaction.prints() {
                    failure::print_line(&separated(&message));
                }
                shown.errors.push(message);
                Ok(())
            }
            Record::Malformed => {
                eprintln!("warning: a log frame of the firmware could not be decoded");
                Ok(())
            }
        };
        written.context("cannot write to stdout")?;
    }
    stdout.flush().context("cannot write to stdout")?;
    Ok(shown)
}

impl End {
    /// The exit code for a boot that had one thing to do, after one line on stderr if it failed.
    pub(crate) fn exit_code(self, boot: &Boot<'_>) -> Result<u8> {
        let board = &boot.board.name;
        match self {
            Self::Exited { status: Some(0), .. } => Ok(failure::SUCCESS),
            Self::Exited { errors, .. } if !errors.is_empty() => Ok(failure::FAILURE),
            Self::Exited { status, complaint, .. } => Err(died(status, &complaint, board)),
            Self::TimeLimit => {
                let seconds = boot.time_limit.as_secs();
                failure::print_line(&format!("time limit: {seconds} s on {board}"));
                Ok(failure::TIME_LIMIT)
            }
            Self::Interrupted => Ok(failure::INTERRUPTED),
        }
    }
}

/// The error for a firmware that ended without a word.
pub(crate) fn died(status: Option<i32>, complaint: &str, board: &str) -> anyhow::Error {
    let how = status.map_or("a signal".to_owned(), |status| format!("status {status}"));
    match complaint.lines().next() {
        Some(first) => anyhow!("firmware ended with {how}: {board}: {first}"),
        None => anyhow!("firmware ended with {how}: {board}"),
    }
}
