//! `rig keygen`

use crate::arguments::Keygen;
use crate::failure;
use anyhow::{Context, Result, anyhow, bail};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use vellum_sign::PrivateKey;

pub(super) fn execute(arguments: &Keygen) -> Result<u8> {
    let Keygen { output, force } = arguments;
    let public_file = make(output, *force)?;
    println!("{}: the private key: keep it to yourself, and keep a copy", output.display());
    println!("{}: the public key, 32 bytes for the firmware", public_file.display());
    Ok(failure::SUCCESS)
}

/// Makes a key, and tells where its public half is. One that is there is overwritten if that is forced.
pub(super) fn make(output: &Path, force: bool) -> Result<PathBuf> {
    let public_file = public_of(output);
    for file in [output, &public_file] {
        if !force && fs::symlink_metadata(file).is_ok() {
            bail!(
                "there is a key already: {}: what it has signed can't be replaced by another key's: \
                 choose another file, or overwrite it with --force",
                file.display()
            );
        }
    }
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)
        .map_err(|error| anyhow!("the operating system gives no random numbers: {error}"))?;
    let key = PrivateKey::from_seed(&seed);
    write_secret(output, &key.to_pem()?)?;
    fs::write(&public_file, key.public().to_bytes())
        .with_context(|| format!("cannot write {}", public_file.display()))?;
    Ok(public_file)
}

/// Where the public key lies beside a private one.
pub(super) fn public_of(key: &Path) -> PathBuf {
    key.with_extension("pub")
}

/// Writes a file that only its owner can read, in place of one that may be there.
fn write_secret(file: &Path, text: &str) -> Result<()> {
    let written = || {
        // One that is there may be readable by others, or be a link.
        if fs::symlink_metadata(file).is_ok() {
            fs::remove_file(file)?;
        }
        created(file)?.write_all(text.as_bytes())
    };
    written().with_context(|| format!("cannot write {}", file.display()))
}

fn created(file: &Path) -> std::io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}
