//! Where the installed program keeps what it has built.

use anyhow::{Context, Result};
use etcetera::{BaseStrategy, choose_base_strategy};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

/// The folder in the user's cache for what is built from the checkout with this root.
pub(crate) fn folder(root: &Path) -> Result<PathBuf> {
    let strategy = choose_base_strategy().context("cannot find a folder for the cache")?;
    let mut hasher = DefaultHasher::new();
    root.hash(&mut hasher);
    let name = format!("{}-{:016x}", env!("CARGO_PKG_VERSION"), hasher.finish());
    Ok(strategy.cache_dir().join("vellum").join(name))
}
