//! What the help texts name is there.

use crate::support::{Ran, command, rig};
use std::path::Path;

/// What a command line prints that asks for help, on a wide terminal.
fn help(words: &[&str]) -> String {
    let ran: Ran = command(words).env("COLUMNS", "300").output().unwrap().into();
    assert_eq!(ran.code, Some(0), "{ran:?}");
    ran.stdout
}

/// The names of all commands.
fn names() -> Vec<String> {
    let main = help(&["help"]);
    let commands = main.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    // What does not fit a line goes on in the next.
    let names = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names = names.filter(|it| !["help", ""].contains(it)).map(str::to_owned);
    let names: Vec<String> = names.collect();
    assert!(["run", "suite"].iter().all(|it| names.iter().any(|name| name == it)), "{names:?}");
    names
}

/// The help texts of the program and of all its commands.
pub(crate) fn texts() -> Vec<String> {
    let texts = names().into_iter().map(|name| help(&["help", &name]));
    std::iter::once(help(&["help"])).chain(texts).collect()
}

#[test]
fn lines_have_at_most_100_columns() {
    let short = names().into_iter().map(|name| help(&[&name, "-h"]));
    let pages: Vec<String> = texts().into_iter().chain(short).chain([help(&["-h"])]).collect();
    assert!(pages.len() > 50, "{}", pages.len());
    let lines: Vec<&str> = pages.iter().flat_map(|page| page.lines()).collect();
    assert!(lines.iter().any(|line| line.chars().count() > 90), "the terminal is not wide");
    for line in lines {
        assert!(line.chars().count() <= 100, "{line}");
    }
}

#[test]
fn files_that_are_named_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let is_in_a_name = |letter: char| letter.is_alphanumeric() || "/._-".contains(letter);
    let texts = texts();
    let words = texts.iter().flat_map(|text| text.split(|letter| !is_in_a_name(letter)));
    let files: Vec<&str> = words.filter(|word| word.starts_with("boards/")).collect();
    assert!(files.len() > 4, "{files:?}");
    for file in files {
        assert!(root.join(file).exists(), "{file}");
    }
}

#[test]
fn commands_that_are_named_exist() {
    let texts = texts();
    let named: Vec<&str> =
        texts.iter().flat_map(|text| text.split("`cargo rig ").skip(1)).collect();
    assert!(!named.is_empty());
    for rest in named {
        let words: Vec<&str> = rest.split('`').next().unwrap().split_whitespace().collect();
        let ran = rig(&[words.as_slice(), &["--help"]].concat());
        assert_eq!(ran.code, Some(0), "{words:?}: {ran:?}");
    }
}
