//! Building a board's firmware by cargo, which alone decides what is fresh.

use crate::board::Board;
use crate::leash::Leashed;
use crate::workspace::{Workspace, cargo};
use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use std::ffi::OsStr;
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

/// Builds the image that runs in the emulator, and gives the path of its ELF file.
pub(crate) fn build(workspace: &Workspace, board: &Board) -> Result<PathBuf> {
    build_with(workspace, board, &[], &[])
}

/// Builds with further cargo arguments and environment variables.
pub(crate) fn build_with(
    workspace: &Workspace,
    board: &Board,
    arguments: &[&str],
    environment: &[(&str, &OsStr)],
) -> Result<PathBuf> {
    let mut command = Command::new(cargo());
    command
        .current_dir(&workspace.root)
        .args(["build", "--release", "--package", &board.name, "--target", &board.facts.target])
        .args(["--message-format", "json-render-diagnostics", "--target-dir"])
        .arg(&workspace.target_dir)
        .args(arguments)
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if io::stderr().is_terminal() {
        command.args(["--color", "always"]);
        command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "80");
    }
    let mut child = Leashed::spawn(&mut command).context("cannot start cargo")?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let progress = thread::spawn(move || stderr.map(|from| forward(from, &mut io::stderr())));
    let elf = stdout.map(executable).transpose()?.flatten();
    let status = child.wait().context("cannot wait for cargo")?;
    progress.join().map_err(|_| anyhow!("cannot show cargo's progress"))?.transpose()?;
    if !status.success() {
        bail!("cannot build the firmware: {}", board.name);
    }
    elf.with_context(|| format!("cargo built no executable: {}", board.name))
}

#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
}

/// The executable among cargo's messages.
fn executable(messages: impl Read) -> Result<Option<PathBuf>> {
    let mut found = None;
    for line in BufReader::new(messages).lines() {
        let message: Message = serde_json::from_str(&line.context("cannot read from cargo")?)
            .context("cannot understand cargo's messages")?;
        found = message.executable.or(found);
    }
    Ok(found)
}

/// Passes on what cargo says, except that it has finished: a fresh build is silent.
fn forward(from: impl Read, to: &mut impl Write) -> io::Result<()> {
    let mut from = BufReader::new(from);
    let mut segment = Vec::new();
    loop {
        let available = from.fill_buf()?;
        if available.is_empty() {
            break;
        }
        // A progress bar ends in a carriage return, anything else in a line feed.
        let end = available.iter().position(|byte| matches!(byte, b'\r' | b'\n'));
        let taken = end.map_or(available.len(), |end| end + 1);
        segment.extend_from_slice(available.get(..taken).unwrap_or_default());
        from.consume(taken);
        if end.is_some() {
            pass(&mut segment, to)?;
        }
    }
    pass(&mut segment, to)
}

fn pass(segment: &mut Vec<u8>, to: &mut impl Write) -> io::Result<()> {
    if !says_finished(segment) {
        to.write_all(segment)?;
        to.flush()?;
    }
    segment.clear();
    Ok(())
}

fn says_finished(segment: &[u8]) -> bool {
    let text = String::from_utf8_lossy(segment);
    // Between escape sequences (`ESC [ … letter`) only the word itself is wanted.
    let mut plain = String::new();
    let mut rest = text.as_ref();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain += before;
        rest = after.trim_start_matches(|c: char| !c.is_ascii_alphabetic());
        rest = rest.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(rest);
    }
    plain += rest;
    plain.trim_start().starts_with("Finished")
}

#[cfg(test)]
mod tests {
    use super::{executable, forward};
    use std::path::Path;

    fn forwarded(text: &str) -> String {
        let mut out = Vec::new();
        forward(text.as_bytes(), &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_fresh_build_is_silent() {
        assert_eq!(forwarded("    Finished `release` profile [optimized] in 0.10s\n"), "");
        assert_eq!(forwarded("\u{1b}[1m\u{1b}[92m    Finished\u{1b}[0m `release` in 1s\n"), "");
    }

    #[test]
    fn everything_else_is_passed_on() {
        let text = "   Compiling a v1\n\u{1b}[K Building [=>  ] 1/2\rerror: Finished\nno line end";
        assert_eq!(forwarded(text), text);
    }

    #[test]
    fn the_last_executable_is_the_firmware() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","executable":"/t/board"}"#,
            "\n",
            r#"{"reason":"build-finished","success":true}"#,
            "\n",
        );
        assert_eq!(
            executable(messages.as_bytes()).unwrap().as_deref(),
            Some(Path::new("/t/board"))
        );
        assert_eq!(executable(&b""[..]).unwrap(), None);
    }
}
