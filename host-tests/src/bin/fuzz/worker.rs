//! Tries inputs and says on its output what came of each.

use std::fs;
use std::io::{self, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Mutex;
use vellum_host_tests::fuzz::{self, Inputs, Target};

/// Longest text of a failure.
const LONGEST: usize = 20_000;

/// Prints a line at once, or ends because nothing reads it.
fn say(line: &str) {
    let mut output = io::stdout().lock();
    if writeln!(output, "{line}").and_then(|()| output.flush()).is_err() {
        std::process::exit(1);
    }
}

/// Where the last panic was, and why.
static PANIC: Mutex<String> = Mutex::new(String::new());

fn note_panics() {
    std::panic::set_hook(Box::new(|info| {
        let message = info.payload_as_str().unwrap_or_default();
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        if let Ok(mut text) = PANIC.lock() {
            *text = format!("{place}: {message}");
            let end = text.floor_char_boundary(LONGEST);
            text.truncate(end);
        }
    }));
}

/// Tries an input; the error says why it failed.
fn attempt(target: &Target, input: &[u8]) -> Result<bool, String> {
    let reached = catch_unwind(AssertUnwindSafe(|| (target.run)(input)));
    let reached =
        reached.map_err(|_| PANIC.lock().map_or_else(|_| String::new(), |text| text.clone()))?;
    #[cfg(feature = "canaries")]
    if let Err(damaged) = vellum_host_tests::canaries::check() {
        return Err(damaged.to_string());
    }
    Ok(reached)
}

/// Tries inputs from that number on, until it is ended from outside.
pub(crate) fn run(target: &Target, seed: u64, first: u64) -> ExitCode {
    note_panics();
    let inputs = Inputs::default();
    (target.set_up)();
    say("ready");
    for number in first.. {
        say(&format!("try {number}"));
        let input = target.input(&inputs, seed, number);
        match attempt(target, &input) {
            Ok(reached) => say(&format!("done {reached}")),
            Err(why) => {
                say(&format!("failed {}", why.replace('\n', "\\n")));
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}

/// Runs one input, with a panic as it is.
pub(crate) fn repeat(target: &Target, file: &Path) -> ExitCode {
    match fs::read(file) {
        Ok(input) => {
            let reached = (target.run)(&input);
            println!(
                "{}: no failure ({})",
                target.name,
                if reached { "it ran" } else { "it did not run" }
            );
            ExitCode::SUCCESS
        }
        Err(error) => failed(file, &error),
    }
}

fn failed(file: &Path, error: &io::Error) -> ExitCode {
    eprintln!("{}: {error}", file.display());
    ExitCode::from(2)
}

/// Writes the modules that inputs are made of.
pub(crate) fn corpus(folder: &Path) -> ExitCode {
    for (number, module) in Inputs::default().corpus().iter().enumerate() {
        let file = folder.join(format!("{number}.wasm"));
        if let Err(error) = fs::write(&file, module) {
            return failed(&file, &error);
        }
    }
    ExitCode::SUCCESS
}

/// Writes modules for a chip.
pub(crate) fn chip(folder: &Path, seed: u64, modules: u64) -> ExitCode {
    match fuzz::chip(&Inputs::default(), folder, seed, modules) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(folder, &error),
    }
}
