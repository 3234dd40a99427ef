//! The list of a batch: one run a line.

use crate::invocation::{Invocation, shielded};
use crate::refusal::in_one_line;
use anyhow::{Context, Result, anyhow};
use clap::Parser;
use std::path::Path;

/// One run of a list.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Listed {
    /// The file as the list writes it.
    pub(crate) name: String,
    /// The run, its files' paths resolved against the list's.
    pub(crate) invocation: Invocation,
}

#[derive(Parser)]
#[command(
    no_binary_name = true,
    disable_help_flag = true,
    override_usage = "FILE [OPTIONS of `cargo rig run`] [--invoke FUNCTION ARG...]"
)]
struct Line {
    #[command(flatten)]
    invocation: Invocation,
}

/// Reads the list at `path`.
pub(crate) fn read(path: &Path) -> Result<Vec<Listed>> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("cannot read list: {}", path.display()))?;
    parse(&text, path)
}

fn parse(text: &str, path: &Path) -> Result<Vec<Listed>> {
    let mut runs = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let run = parse_line(line, path)
            .map_err(|what| anyhow!("wrong list: {}:{}: {what}", path.display(), index + 1))?;
        runs.extend(run);
    }
    Ok(runs)
}

fn parse_line(line: &str, list: &Path) -> Result<Option<Listed>, String> {
    let words = shell_words::split(line).map_err(|error| error.to_string())?;
    if words.is_empty() {
        return Ok(None);
    }
    let words = words.into_iter().map(|word| shielded(word.into()));
    let Line { mut invocation } =
        Line::try_parse_from(words).map_err(|error| in_one_line(&error))?;
    let name = invocation.file.display().to_string();
    let folder = list.parent().unwrap_or(Path::new(""));
    invocation.file = folder.join(&invocation.file);
    invocation.debugging.resolve(folder);
    Ok(Some(Listed { name, invocation }))
}

#[cfg(test)]
mod tests {
    use super::{Listed, parse};
    use std::path::Path;

    fn runs(text: &str) -> Vec<Listed> {
        parse(text, Path::new("lists/all.list")).unwrap()
    }

    fn error(text: &str) -> String {
        parse(text, Path::new("lists/all.list")).unwrap_err().to_string()
    }

    #[test]
    fn a_line_is_a_run() {
        let runs = runs("a.wasm\nb.wat --fuel 7 --invoke f -1 2\n");
        assert_eq!(runs.len(), 2);
        assert_eq!(runs[0].name, "a.wasm");
        assert_eq!(runs[0].invocation.file, Path::new("lists/a.wasm"));
        assert_eq!(runs[1].invocation.fuel, Some(7));
        let arguments = ["-1".to_owned(), "2".to_owned()];
        assert_eq!(runs[1].invocation.invoke.call(), Some(("f", arguments.as_slice())));
    }

    #[test]
    fn blank_lines_and_comments_are_skipped() {
        let runs = runs("\n  \n# nothing\n  # nothing\na.wasm # a comment\r\n");
        assert_eq!(runs.len(), 1);
        assert!(runs[0].invocation.invoke.call().is_none());
    }

    #[test]
    fn quotes_hold_words_together() {
        let runs = runs(r#""my file.wasm" --invoke 'a b' "" "#);
        assert_eq!(runs[0].name, "my file.wasm");
        assert_eq!(runs[0].invocation.invoke.call().unwrap(), ("a b", [String::new()].as_slice()));
    }

    #[test]
    fn absolute_paths_stay() {
        assert_eq!(runs("/m/a.wasm")[0].invocation.file, Path::new("/m/a.wasm"));
    }

    #[test]
    fn errors_name_the_line() {
        assert!(error("a.wasm\n\na.wasm --speed 3").starts_with(
            "wrong list: lists/all.list:3: unexpected argument '--speed' found: usage: FILE "
        ));
        assert!(error("a.wasm --fuel lots").starts_with("wrong list: lists/all.list:1: invalid"));
        assert!(error("'a.wasm").starts_with("wrong list: lists/all.list:1: "));
        assert!(error("--invoke f").starts_with("wrong list: lists/all.list:1: the following"));
    }
}
