//! `rig flash`

use crate::arguments::Guest;
use crate::failure;
use crate::image;
use crate::leash::Leashed;
use crate::tools::is_installed;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::process::Command;

const PROBE_RS: &str = "probe-rs";

pub(super) fn execute(workspace: &Workspace, guest: &Guest, board: &str) -> Result<u8> {
    let board = workspace.board(Some(board))?;
    let chip = image::chip(board)?;
    if !is_installed(PROBE_RS) {
        bail!("missing tool: {PROBE_RS}: run `cargo install probe-rs-tools --locked`");
    }
    if !is_probe_connected()? {
        bail!("no debug probe: connect {} by one, and check with `{PROBE_RS} list`", board.name);
    }
    let elf = image::build(workspace, board, guest)?;
    let mut command = Command::new(PROBE_RS);
    command.args(["run", "--chip", chip]).arg(&elf);
    let status = Leashed::run(&mut command).context("cannot start probe-rs")?;
    if !status.success() {
        bail!("{PROBE_RS} ended with {status}: {}", board.name);
    }
    Ok(failure::SUCCESS)
}

fn is_probe_connected() -> Result<bool> {
    let output = Command::new(PROBE_RS).arg("list").output().context("cannot start probe-rs")?;
    let listed = String::from_utf8_lossy(&output.stdout);
    Ok(output.status.success() && !listed.contains("No debug probes"))
}
