//! Images for chips: a firmware with the guest inside, without semihosting.

use crate::arguments::Guest;
use crate::board::Board;
use crate::firmware::{self, Guests};
use crate::workspace::Workspace;
use crate::{interpreter_loop, module, thumb};
use anyhow::{Context, Result, anyhow, bail};
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use vellum_instrument::{InstrumentOptions, instrument};
use vellum_prepare::{Options, prepare_to_vec};

/// Builds an image for `board`, and gives the path of its ELF file, which later builds leave alone. With options of
/// the instrumenter the guest tells by the log where it was if it fails.
pub(crate) fn build(
    workspace: &Workspace,
    board: &Board,
    guest: &Guest,
    instrumented: Option<&InstrumentOptions>,
) -> Result<PathBuf> {
    chip(board)?;
    let folder = workspace.target_dir.join("rig").join(&board.name);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    // The module has one place in the folder, whichever it is.
    let _lock = firmware::locked(&folder.join("image"), &board.name)?;
    let embedded =
        guest.file.as_deref().map(|file| embed(file, instrumented, &folder)).transpose()?;
    let (embedded, guests) = embedded.unzip();
    let call = guest.invoke.tab_separated();
    let environment = [
        ("VELLUM_GUEST", embedded.as_deref().unwrap_or(Path::new("")).as_os_str()),
        ("VELLUM_GUEST_INVOKE", OsStr::new(&call)),
    ];
    let guests = guests.unwrap_or(Guests::All);
    let features =
        ["--features", if instrumented.is_some() { "hardware,backtrace" } else { "hardware" }];
    let built = firmware::build_with(workspace, board, guests, &features, &environment)?;
    check(&built, board)?;
    let name = guest.file.as_deref().and_then(Path::file_stem).unwrap_or(OsStr::new("examples"));
    let elf = folder.join(name).with_extension("elf");
    firmware::replace(&built, &elf).with_context(|| format!("cannot write {}", elf.display()))?;
    Ok(elf)
}

/// The chip of a board as `probe-rs` calls it.
pub(crate) fn chip(board: &Board) -> Result<&str> {
    let chip = board.facts.chip.as_deref();
    chip.with_context(|| format!("board can't be flashed: {} names no chip", board.name))
}

/// Prepares a module on this computer, so that the chip need not, writes it into `folder`, and tells
/// what the firmware must be able to run.
fn embed(
    file: &Path,
    instrumented: Option<&InstrumentOptions>,
    folder: &Path,
) -> Result<(PathBuf, Guests)> {
    let mut binary = module::read(file)?;
    if let Some(options) = instrumented {
        binary = instrument(&binary, options)
            .map_err(|error| anyhow!("cannot instrument: {}: {error}", file.display()))?;
    }
    let guests = if module::needs_threads(&binary) { Guests::All } else { Guests::Plain };
    let options = Options::new().threads(guests == Guests::All);
    let prepared = prepare_to_vec(&binary, &options)
        .map_err(|error| anyhow!("invalid module: {}: {error}", file.display()))?;
    let path = folder.join("guest.wasm");
    // Writing the same bytes again would make cargo build again.
    if fs::read(&path).is_ok_and(|present| present == prepared) {
        return Ok((path, guests));
    }
    fs::write(&path, prepared).with_context(|| format!("cannot write {}", path.display()))?;
    Ok((path, guests))
}

/// A semihosting call stops a chip that has no debugger; a slow loop is not what the chip is for.
fn check(elf: &Path, board: &Board) -> Result<()> {
    let bytes = fs::read(elf).with_context(|| format!("cannot read {}", elf.display()))?;
    interpreter_loop::check(&bytes).with_context(|| format!("wrong image: {}", board.name))?;
    match thumb::semihosting_calls(&bytes)?.first() {
        Some(address) => bail!("semihosting call in the image: {}: {address:#010x}", board.name),
        None => Ok(()),
    }
}
