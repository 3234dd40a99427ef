//! `rig coredump`

use crate::failure;
use crate::post_mortem::PostMortem;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

pub(super) fn execute(module: &Path, log: &Path, output: Option<&Path>) -> Result<u8> {
    let text = fs::read(log).with_context(|| format!("cannot read {}", log.display()))?;
    let mut left = PostMortem::default();
    for line in String::from_utf8_lossy(&text).lines() {
        left.take(line);
    }
    if left.is_empty() {
        bail!("no backtrace in the log: {}", log.display());
    }
    left.explain(module, output)?;
    Ok(failure::SUCCESS)
}
