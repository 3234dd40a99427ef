//! What to do about a run that failed: `help:` lines.

use crate::advice::{advice, where_it_failed};
use crate::board::Board;
use crate::explain::explanation;
use crate::failure::HELP;
use crate::invocation::Invocation;
use crate::job::Told;
use crate::module;
use anyhow::Result;

/// A line for each thing that helps with one of the errors of a run. `binary` is the module as the chip gets
/// it.
pub(crate) fn help(
    errors: &[String],
    binary: &[u8],
    invocation: &Invocation,
    told: Told,
    board: &Board,
    boards: &[Board],
) -> Result<Vec<String>> {
    let mut lines = advice(errors, binary);
    if !invocation.debugging.is_on() && told != Told::Budget {
        lines.extend(where_it_failed(errors));
    }
    if !errors.is_empty() {
        let file = module::read(&invocation.file)?;
        lines.extend(explanation(errors, &file, invocation, board, boards));
    }
    Ok(lines)
}

/// Prints them.
pub(crate) fn print(lines: &[String]) {
    lines.iter().for_each(|line| eprintln!("{HELP}{line}"));
}
