//! Building a board's firmware by cargo, which alone decides what is fresh.

use crate::board::Board;
use crate::leash::Leashed;
use crate::progress::forward;
use crate::workspace::{Workspace, cargo};
use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// Which guests a firmware is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Guests {
    /// All that the runtime can run.
    All,
    /// Those without threads and without the system interface.
    Plain,
}

impl Guests {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::All => &[],
            Self::Plain => &["--no-default-features"],
        }
    }
}

/// Builds the image that runs in the emulator, and gives the path of its ELF file.
pub(crate) fn build(workspace: &Workspace, board: &Board, guests: Guests) -> Result<PathBuf> {
    build_with(workspace, board, guests, &[], &[])
}

/// Builds with further cargo arguments and environment variables, and gives the path of an ELF file that
/// is this build's own: cargo's is the next build's, too, which another process may begin at any time.
pub(crate) fn build_with(
    workspace: &Workspace,
    board: &Board,
    guests: Guests,
    arguments: &[&str],
    environment: &[(&str, &OsStr)],
) -> Result<PathBuf> {
    let folder = workspace.target_dir.join("rig").join(&board.name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let _one_at_a_time = locked(&folder.join("lock"))?;
    let built = cargo_build(workspace, board, guests, arguments, environment)?;
    let mut kind = DefaultHasher::new();
    (guests.arguments(), arguments, environment).hash(&mut kind);
    let elf = folder.join(format!("{:016x}", kind.finish())).with_extension("elf");
    replace(&built, &elf).with_context(|| format!("cannot write {}", elf.display()))?;
    Ok(elf)
}

/// A lock that other processes see, held until it is dropped.
fn locked(path: &Path) -> Result<File> {
    let lock = File::create(path).with_context(|| format!("cannot make {}", path.display()))?;
    lock.lock().with_context(|| format!("cannot lock {}", path.display()))?;
    Ok(lock)
}

/// Puts a copy of a file in the place of another, which may be in use: that file stays whole.
pub(crate) fn replace(file: &Path, with: &Path) -> io::Result<()> {
    let new = with.with_extension("new");
    fs::copy(file, &new)?;
    fs::rename(new, with)
}

fn cargo_build(
    workspace: &Workspace,
    board: &Board,
    guests: Guests,
    arguments: &[&str],
    environment: &[(&str, &OsStr)],
) -> Result<PathBuf> {
    let mut command = Command::new(cargo());
    command
        .current_dir(&workspace.root)
        .args(["build", "--release", "--package", &board.name, "--target", &board.facts.target])
        .args(["--message-format", "json-render-diagnostics", "--target-dir"])
        .arg(&workspace.target_dir)
        .args(guests.arguments())
        .args(arguments)
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let terminal = io::stderr().is_terminal();
    if terminal {
        command.args(["--color", "always"]);
        command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "80");
    }
    let mut child = Leashed::spawn(&mut command).context("cannot start cargo")?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let progress =
        thread::spawn(move || stderr.map(|from| forward(from, &mut io::stderr(), terminal)));
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

#[cfg(test)]
mod tests {
    use super::executable;
    use std::path::Path;

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
