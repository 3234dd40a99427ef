//! `rig boards`

use crate::failure;
use crate::figures::thousands;
use crate::workspace::Workspace;
use anyhow::Result;

pub(super) fn execute(workspace: &Workspace) -> Result<u8> {
    for board in &workspace.boards {
        let facts = &board.facts;
        let mark = if facts.default { " (default)" } else { "" };
        println!("{}{mark}", board.name);
        println!("    {}", facts.summary);
        let cores = if facts.cores == 1 { String::new() } else { format!("{} x ", facts.cores) };
        println!("    {cores}{}, {}", facts.core, facts.target);
        let [flash, ram] = [facts.flash / 1024, facts.ram / 1024].map(thousands);
        println!("    flash {flash} KiB, RAM {ram} KiB");
        println!("    emulated as: {}", facts.qemu_machine.as_deref().unwrap_or("no machine"));
        println!("    flashed as:  {}", facts.chip.as_deref().unwrap_or("no chip"));
    }
    Ok(failure::SUCCESS)
}
