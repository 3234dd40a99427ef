//! `rig whereis`

use crate::failure;
use crate::functions::Functions;
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

pub(super) fn execute(elf: &Path, addresses: &[u32]) -> Result<u8> {
    let bytes =
        fs::read(elf).with_context(|| format!("cannot read firmware: {}", elf.display()))?;
    let functions = Functions::of(&bytes)?;
    for &address in addresses {
        // Return addresses of Thumb code have their lowest bit set.
        let name = functions.name(u64::from(address & !1));
        println!("{address:#010x}: {}", name.as_deref().unwrap_or("no function"));
    }
    Ok(failure::SUCCESS)
}
