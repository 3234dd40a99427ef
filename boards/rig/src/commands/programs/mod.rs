//! `rig programs`: programs on public crates, built and run.

mod build;
mod real;
mod run;

#[path = "../../../../scenarios/programs/src/checksums.rs"]
mod checksums;

pub(super) use real::execute as compare;
pub(super) use run::execute;

use crate::workspace::Workspace;
pub(crate) use checksums::CHECKSUMS;
use std::path::PathBuf;

/// A form in which the programs are built.
struct Form {
    /// The size of a page in bytes.
    page: u64,
    /// What the compiler is told for it.
    flags: &'static [&'static str],
}

/// Pages of 64 KiB, which every runtime has, and of a byte each.
const FORMS: [Form; 2] =
    [Form { page: 65_536, flags: &[] }, Form { page: 1, flags: &["-Clink-arg=--page-size=1"] }];

impl Form {
    /// Where the module of a program is.
    fn module(&self, workspace: &Workspace, name: &str) -> PathBuf {
        let form = format!("modules/page-{}", self.page);
        folder(workspace).join(form).join(name).with_extension("wasm")
    }
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root.join("boards/scenarios/programs")
}
