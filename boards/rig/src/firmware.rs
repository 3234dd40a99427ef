//! Building a board's firmware by cargo. An image that is there already is used as it is, as long as what
//! it was built from is the same.

use crate::board::Board;
use crate::build_settings::{self, BuildSettings};
use crate::fingerprint::Fingerprint;
use crate::leash::Leashed;
use crate::program::Program;
use crate::progress::forward;
use crate::setup;
use crate::sources;
use crate::workspace::{Workspace, cargo};
use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use std::env;
use std::ffi::OsStr;
use std::fs::{self, File, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, BufRead, BufReader, IsTerminal, Read, Write};
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
    /// Those that a key has signed.
    Signed,
}

impl Guests {
    fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::All => &[],
            Self::Plain => &["--no-default-features", "--features", "validate"],
            Self::Signed => &["--no-default-features", "--features", "signed,threads"],
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
    let mut kind = DefaultHasher::new();
    (guests.arguments(), arguments, environment, &board.facts.target).hash(&mut kind);
    let elf = folder.join(format!("{:016x}", kind.finish())).with_extension("elf");
    let settings = BuildSettings::of(&workspace.root, is_by_cargo());
    if change(&elf, &settings).is_none() {
        return Ok(elf);
    }
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let mut lock = locked(&folder.join("lock"), &board.name)?;
    // The other run may have built it.
    let Some(change) = change(&elf, &settings) else { return Ok(elf) };
    setup::rust_target(&board.facts.target)?;
    eprintln!("building the firmware of {}: {change}", board.name);
    let record = elf.with_extension("json");
    if record.exists() {
        fs::remove_file(&record).with_context(|| format!("cannot remove {}", record.display()))?;
    }
    // The clock of the files, to compare with theirs.
    lock.write_all(b"\n").context("cannot write to the lock file")?;
    let began = lock.metadata().and_then(|lock| lock.modified()).context("cannot read the time")?;
    let built = cargo_build(workspace, board, guests, arguments, environment)?;
    let files = sources::of(&built, &workspace.root, &workspace.target_dir)?;
    replace(&built, &elf).with_context(|| format!("cannot write {}", elf.display()))?;
    if let Some(fingerprint) = Fingerprint::after(began, settings, files) {
        fingerprint.write(&record)?;
    }
    Ok(elf)
}

/// Why an image has to be built; `None` if it is there as it should be.
fn change(elf: &Path, settings: &BuildSettings) -> Option<String> {
    if !elf.exists() {
        return Some("this is the first time, which takes minutes".to_owned());
    }
    match Fingerprint::read(&elf.with_extension("json")) {
        Some(fingerprint) => fingerprint.change(settings),
        None => Some("something may have changed".to_owned()),
    }
}

/// Whether cargo's user decides by environment variables how firmware is built. The installed program's
/// environment is about another project.
fn is_by_cargo() -> bool {
    *Program::current() != Program::Vellum
}

/// A lock that other processes see, held until it is dropped.
pub(crate) fn locked(path: &Path, board: &str) -> Result<File> {
    let lock = File::create(path).with_context(|| format!("cannot make {}", path.display()))?;
    match lock.try_lock() {
        Ok(()) => return Ok(lock),
        Err(TryLockError::WouldBlock) => {
            eprintln!("waiting for another run, which builds the firmware of {board}");
        }
        Err(TryLockError::Error(_)) => {}
    }
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
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if !is_by_cargo() {
        // The checkout stays as it is.
        command.arg("--locked");
        for name in
            env::vars_os().map(|(name, _)| name).filter(|name| build_settings::decides(name))
        {
            command.env_remove(name);
        }
    }
    command.envs(environment.iter().copied());
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
