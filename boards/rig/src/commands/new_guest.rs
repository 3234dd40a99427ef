//! `rig new-guest`

use crate::failure::{self, WrongCommandLine};
use crate::guest::Language;
use crate::setup;
use crate::starter::Source;
use crate::workspace::Workspace;
use anyhow::Result;
use std::path::Path;

pub(super) fn execute(
    workspace: &Workspace,
    folder: &Path,
    language: Language,
    git: Option<&str>,
) -> Result<u8> {
    let Some(name) = crate::guest::name(folder) else {
        let text = "a guest's folder is named with a-z, 0-9, - and _, the first a letter";
        return Err(WrongCommandLine(format!("invalid name: {}: {text}", folder.display())).into());
    };
    let source = git.map_or(Source::Checkout, Source::Git);
    crate::guest::copy(&workspace.root, language, name, folder, source)?;
    match language {
        Language::Rust => setup::rust_target(setup::GUEST)?,
        Language::C => setup::c_compiler()?,
        Language::Wat => {}
    }
    println!("{}: README.md there says how it is built and run", folder.display());
    Ok(failure::SUCCESS)
}
