//! A command line that is not carried out: help, or what is wrong in one line.

use crate::failure;
use crate::invocation::SHIELD;
use crate::program::Program;
use clap::error::ErrorKind;
use std::io::{self, Write};
use std::process::ExitCode;

/// What to show instead of executing a command.
#[derive(Debug)]
pub(crate) struct Refusal(pub(crate) clap::Error);

impl Refusal {
    /// Prints help on stdout, or on stderr in one line what is wrong.
    pub(crate) fn show(&self) -> ExitCode {
        let Self(error) = self;
        let asked_for = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
        if asked_for || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
            // A closed pipe is the reader's choice, not a failure.
            let _ = print(error);
        } else {
            failure::print_line(&in_one_line(error));
        }
        ExitCode::from(if asked_for { failure::SUCCESS } else { failure::WRONG_COMMAND_LINE })
    }
}

/// Prints help, in which the program has its name.
fn print(error: &clap::Error) -> io::Result<()> {
    let program = Program::current();
    if *program != Program::Vellum {
        return error.print();
    }
    let text = program.named(&error.to_string());
    match error.use_stderr() {
        true => io::stderr().write_all(text.as_bytes()),
        false => io::stdout().write_all(text.as_bytes()),
    }
}

/// What `error` says, without its usage and tips, and where to read on.
pub(crate) fn in_one_line(error: &clap::Error) -> String {
    let text = error.to_string().replace(SHIELD, "-");
    let paragraphs: Vec<&str> = text.split("\n\n").collect();
    let words: Vec<&str> =
        paragraphs.first().into_iter().flat_map(|what| what.split_whitespace()).collect();
    let what = words.join(" ");
    let what = what.strip_prefix("error: ").unwrap_or(&what);
    match paragraphs.iter().find_map(|paragraph| paragraph.strip_prefix("Usage: ")) {
        Some(usage) => format!("{what}: usage: {}", usage.trim()),
        None => format!("{what}: see `cargo rig --help`"),
    }
}
