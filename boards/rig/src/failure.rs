//! Exit codes, and failures as one line on stderr.

use crate::program::Program;
use std::fmt;
use std::process::ExitCode;

/// Everything asked for was done.
pub(crate) const SUCCESS: u8 = 0;
/// Something failed, and one line on stderr says what.
pub(crate) const FAILURE: u8 = 1;
/// The command line is wrong.
pub(crate) const WRONG_COMMAND_LINE: u8 = 2;
/// The emulator ran for longer than its time limit.
pub(crate) const TIME_LIMIT: u8 = 124;
/// The user pressed Ctrl-C, or the process was told to end.
pub(crate) const INTERRUPTED: u8 = 130;

/// How a line begins that says what to do.
pub(crate) const HELP: &str = "help: ";

/// A command line whose form is right and whose content is not, such as a board that isn't there.
#[derive(Debug)]
pub(crate) struct WrongCommandLine(pub(crate) String);

impl fmt::Display for WrongCommandLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongCommandLine {}

/// Prints `error` on one line of stderr, and gives the exit code that belongs to it.
pub(crate) fn show(error: &anyhow::Error) -> ExitCode {
    print_line(&format!("{error:#}"));
    ExitCode::from(if error.is::<WrongCommandLine>() { WRONG_COMMAND_LINE } else { FAILURE })
}

/// Prints `error: <message>` on one line of stderr, whatever line breaks the message holds.
pub(crate) fn print_line(message: &str) {
    eprintln!("error: {}", Program::current().named(&on_one_line(message)));
}

fn on_one_line(message: &str) -> String {
    let lines: Vec<&str> = message.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines.join("; ")
}

#[cfg(test)]
mod tests {
    use super::on_one_line;

    #[test]
    fn a_message_of_several_lines_becomes_one() {
        assert_eq!(on_one_line("a\n  b\n\n c \r\n"), "a; b; c");
    }
}
