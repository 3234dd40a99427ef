//! `rig run`

use super::firmware_of;
use crate::arguments::{Emulation, Image};
use crate::emulator::{Boot, Reaction};
use crate::invocation::Invocation;
use crate::job::{self, Job};
use crate::module;
use crate::staging::Staging;
use crate::workspace::Workspace;
use anyhow::Result;

pub(super) fn execute(
    workspace: &Workspace,
    invocation: &Invocation,
    image: Image,
    emulation: &Emulation,
) -> Result<u8> {
    let board = workspace.board(emulation.board.as_deref())?;
    let binary = module::read(&invocation.file)?;
    let elf = firmware_of(image, workspace, board)?;
    let staging = Staging::new()?;
    staging.write("0.wasm", binary)?;
    let name = invocation.file.display().to_string();
    let job = Job { name: &name, module: "0.wasm".to_owned(), invocation };
    staging.write("jobs", job::single(&job))?;
    let arguments = image.arguments("jobs");
    let boot = Boot {
        board,
        elf: &elf,
        arguments: &arguments.iter().map(String::as_str).collect::<Vec<_>>(),
        staging: &staging,
        time_limit: emulation.time_limit,
    };
    boot.run(|_| Reaction::Print)?.exit_code(&boot)
}
