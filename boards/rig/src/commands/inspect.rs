//! `rig inspect`

use super::inspect_firmware;
use crate::advice::advice;
use crate::arguments::{Image, Inspect};
use crate::emulator::{Boot, End, Reaction};
use crate::explain::explanation;
use crate::failure;
use crate::fits::misfit;
use crate::help;
use crate::inspect::expose::Exposed;
use crate::inspect::memory;
use crate::inspect::{module::Inspected, page::page, report::Report};
use crate::job::{self, Job, Told};
use crate::module;
use crate::placed::FreeFlash;
use crate::staging::Staging;
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};
use std::fs;

/// The custom section by which a module says that it is prepared.
const PREPARED: &str = "vellum";

pub(super) fn execute(workspace: &Workspace, inspect: &Inspect) -> Result<u8> {
    let file = module::read(&inspect.invocation.file)?;
    match inspect.invocation.invoke.call() {
        None => tell(workspace, inspect, &file),
        Some((name, arguments)) => {
            let call = std::iter::once(name).chain(arguments.iter().map(String::as_str));
            run(workspace, inspect, file, &call.collect::<Vec<_>>().join(" "))
        }
    }
}

/// Tells what the module is.
fn tell(workspace: &Workspace, inspect: &Inspect, file: &[u8]) -> Result<u8> {
    let name = inspect.invocation.file.display().to_string();
    let report = Report::of(&name, file, &workspace.boards, &inspect.invocation);
    if inspect.json {
        let text = serde_json::to_string_pretty(&report.document());
        println!("{}", text.context("cannot write JSON")?);
    } else {
        print!("{}", report.text());
    }
    Ok(if report.proposals.is_ok() { failure::SUCCESS } else { failure::FAILURE })
}

/// Calls a function of the module on an emulated board, and shows the memories.
fn run(workspace: &Workspace, inspect: &Inspect, file: Vec<u8>, call: &str) -> Result<u8> {
    let Inspect { invocation, emulation, range, html, .. } = inspect;
    let module = Inspected::of(&file);
    let name = invocation.file.display().to_string();
    if module.customs.iter().any(|(name, _)| name == PREPARED) {
        bail!("the module is prepared, inspect the one that it was made of: {name}");
    }
    let board = workspace.board(emulation.board.as_deref())?;
    let Exposed { binary, names } = Exposed::of(file.clone(), &module);
    let binary = invocation.stored(binary)?;
    if let Some(misfit) = misfit(&binary, board) {
        bail!(misfit);
    }
    let elf = inspect_firmware(workspace, board)?;
    let staging = Staging::new()?;
    let mut flash = FreeFlash::behind(&elf, board)?;
    let place = flash.place_or_write(&staging, "0.wasm", &binary)?;
    flash.stage(&staging)?;
    let job = Job { name: &name, module: place, invocation, told: Told::AsAsked };
    staging.write("jobs", job::single(&job))?;
    staging.write("look", memory::request(&module, &names))?;
    let arguments = Image { tests: false, watchdog: None }.arguments("jobs");
    let boot = Boot {
        board,
        elf: &elf,
        arguments: &arguments.iter().map(String::as_str).collect::<Vec<_>>(),
        staging: &staging,
        time_limit: emulation.time_limit,
    };
    let end = boot.run(|_| Reaction::Print)?;
    let errors = match &end {
        End::Exited { errors, .. } => errors.clone(),
        End::TimeLimit | End::Interrupted => Vec::new(),
    };
    let code = end.exit_code(&boot)?;
    let explanation = explanation(&errors, &file, invocation, board, &workspace.boards);
    help::print(&advice(&errors, &file).into_iter().chain(explanation).collect::<Vec<_>>());
    let memories = memory::read(staging.path(), &module)?;
    if memories.is_empty() && code == failure::SUCCESS {
        println!("the module has no memory");
    }
    memories.iter().for_each(|memory| print!("{}", memory.text(&module, *range)));
    if let Some(path) = html {
        let page = page(&name, call, &module, &memories)?;
        fs::write(path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(code)
}
