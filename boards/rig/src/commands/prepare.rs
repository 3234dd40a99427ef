//! `rig prepare`

use crate::arguments::Prepare;
use crate::failure;
use crate::figures::thousands;
use crate::module::{self, in_parts};
use anyhow::{Context, Result, anyhow};
use std::fs;
use vellum_prepare::{Options, prepare_to_vec, shares_memory};

pub(super) fn execute(arguments: &Prepare) -> Result<u8> {
    let Prepare { file, output, threads, parts, optimizing } = arguments;
    let mut binary = module::read(file)?;
    if let Some(optimized) =
        optimizing.optimized(&binary).with_context(|| file.display().to_string())?
    {
        binary = optimized;
    }
    let binary = module::without_trailing_sections(&binary);
    let options = Options::new().threads(*threads || shares_memory(binary).unwrap_or(false));
    let prepared = match parts {
        Some(bytes) => in_parts(binary, *bytes, &options),
        None => prepare_to_vec(binary, &options).map_err(|error| anyhow!("{error}")),
    };
    let prepared = prepared.with_context(|| format!("invalid module: {}", file.display()))?;
    fs::write(output, &prepared).with_context(|| format!("cannot write {}", output.display()))?;
    println!("{}: {} bytes", output.display(), thousands(prepared.len() as u64));
    Ok(failure::SUCCESS)
}
