//! `rig sign`

use crate::arguments::Sign;
use crate::failure;
use crate::figures::thousands;
use crate::inspect::features;
use crate::module;
use anyhow::{Context, Result, anyhow, bail};
use std::fs;
use std::path::Path;
use vellum_prepare::{Options, VERSION, prepare, prepare_to_vec, shares_memory};
use vellum_sign::{PrivateKey, sign};

/// The custom section that a module in parts has.
const PARTS: &[u8] = b"vellum.parts";

pub(super) fn execute(arguments: &Sign) -> Result<u8> {
    let Sign { file, key, version, output, threads, interruptible } = arguments;
    let key = read_key(key)?;
    let binary = module::read(file)?;
    let binary = module::without_trailing_sections(&binary);
    let threads = *threads || shares_memory(binary).unwrap_or(false);
    let options = Options::new().threads(threads).interruptible(*interruptible).marked(true);
    let signed = signed(binary, &options, *version, &key)
        .with_context(|| format!("invalid module: {}", file.display()))?;
    fs::write(output, &signed).with_context(|| format!("cannot write {}", output.display()))?;
    println!("{}: version {version}, {} bytes", output.display(), thousands(signed.len() as u64));
    Ok(failure::SUCCESS)
}

/// Reads a private key.
pub(super) fn read_key(file: &Path) -> Result<PrivateKey> {
    let text = fs::read_to_string(file)
        .with_context(|| format!("cannot read key: {} (make one by keygen)", file.display()))?;
    PrivateKey::from_pem(&text)
        .map_err(|_| anyhow!("no private key of Ed25519 in PEM: {}", file.display()))
}

/// A module prepared, validated and signed.
pub(super) fn signed(
    binary: &[u8],
    options: &Options,
    version: u64,
    key: &PrivateKey,
) -> Result<Vec<u8>> {
    Ok(sign(&valid(binary, options)?, VERSION, version, key))
}

/// The prepared form of a module that is valid before and after: whoever believes the signature looks at
/// nothing again.
fn valid(binary: &[u8], options: &Options) -> Result<Vec<u8>> {
    if binary.windows(PARTS.len()).any(|bytes| bytes == PARTS) {
        bail!("a module in parts can't be signed: sign the whole one");
    }
    features::runs_on_chips(binary, options.threads).map_err(|error| anyhow!(error))?;
    let prepared = prepare_to_vec(binary, options)?;
    // Of one that was prepared before, this checks all that it says of itself.
    prepare(&prepared, options)?;
    vellum_prepare::believe(&prepared, options)?;
    features::runs_on_chips(&prepared, options.threads).map_err(|error| anyhow!(error))?;
    Ok(prepared)
}
