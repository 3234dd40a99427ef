//! Modules that mean harm, and what must come of each.
//!
//! They lie in `boards/scenarios/hostile`, with a `LIST` that `cargo rig batch` runs on a board.
//! Behind each line of the list, a comment says the line that must be printed begins with: `error:
//! …` or `result: …`; behind a second `|`, what may be printed instead where there is less heap.

mod attempt;
mod encode;
mod line;
mod modules;

pub use attempt::{Attempt, attempt};

use line::Line;
use std::path::{Path, PathBuf};

/// Where the modules and their list are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../boards/scenarios/hostile")
}

/// The binary modules, by the name of their file. The command `hostile` writes them.
pub fn binaries() -> Vec<(&'static str, Vec<u8>)> {
    modules::all()
}

/// The binary form of a module of the folder.
///
/// # Panics
///
/// If there is none of that name, or it is not the text of a module.
pub fn read(file: &str) -> Vec<u8> {
    let path = folder().join(file);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if !file.ends_with(".wat") {
        return bytes;
    }
    wat::parse_bytes(&bytes).unwrap_or_else(|error| panic!("{file}: {error}")).into_owned()
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The module's file, relative to the folder.
    pub file: String,
    /// Fuel, if it is limited.
    pub fuel: Option<u64>,
    /// The function to call, if any.
    pub invoke: Option<String>,
    /// What the line that is printed begins with; one of these.
    pub expected: Vec<String>,
}

/// Reads the list.
///
/// # Panics
///
/// If a line is not as the module's documentation says.
pub fn list() -> Vec<Run> {
    let path = folder().join("LIST");
    let text = std::fs::read_to_string(&path).expect("the list is readable");
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| run(&Line::parse(line).expect("a run says what is expected of it"))).collect()
}

fn run(line: &Line<'_>) -> Run {
    let mut words = line.command.split_whitespace();
    let file = words.next().expect("a run has a file").to_owned();
    let expected = line.beginnings.iter().map(|&beginning| beginning.to_owned()).collect();
    let mut run = Run { file, fuel: None, invoke: None, expected };
    while let Some(option) = words.next() {
        let value = words.next().expect("an option has a value");
        match option {
            "--fuel" => run.fuel = Some(value.parse().expect("fuel is a number")),
            "--invoke" => run.invoke = Some(value.to_owned()),
            other => panic!("no option such as {other}"),
        }
    }
    run
}
