//! `rig bench --real`: the programs beside what they cost in other runtimes.

use super::run::{Run, Verdict, run};
use super::{CHECKSUMS, FORMS};
use crate::arguments::Emulation;
use crate::costs::PEAK;
use crate::failure;
use crate::invocation::Settings;
use crate::real::{Cost, Measured, PEERS_ARE, render, verdict};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};

/// Bytes of the guest's value stack, as the other runtimes have, and functions that may be active.
const STACK: u32 = 8192;
const CALLS: u32 = 128;

const NOTES: &str = "
Thousands of instructions, counted by the emulator (not cycles); RAM is the most heap and the linear
memory, in bytes. `load` validates and prepares the module on the chip, `prepared` loads what was
prepared ahead of time. `best` is the lesser figure of the two others. Where a runtime has no
figure, it does not load the program.
";

pub(in crate::commands) fn execute(
    workspace: &Workspace,
    emulation: &Emulation,
    check: bool,
) -> Result<u8> {
    let board = workspace.board(emulation.board.as_deref())?;
    if !board.counts_instructions() {
        bail!("instructions can't be counted: {} has {} cores", board.name, board.facts.cores);
    }
    let mut all = Vec::new();
    for (name, checksum) in CHECKSUMS {
        let measure = |prepared| measure(workspace, emulation, name, checksum, prepared);
        all.push(Measured { whole: measure(false)?, prepared_load: measure(true)?.load });
    }
    let Ok(all) = all.try_into() else { bail!("not as many programs as the peers have") };
    println!("{}{NOTES}The others are {PEERS_ARE}.", render(&all));
    if check {
        verdict(&all).tell(&board.name)?;
    }
    Ok(failure::SUCCESS)
}

fn measure(
    workspace: &Workspace,
    emulation: &Emulation,
    name: &str,
    checksum: u32,
    prepared: bool,
) -> Result<Cost> {
    let (stack, calls) = (Some(STACK), Some(CALLS));
    let settings = Settings { stack, calls, prepared, ..Settings::default() };
    let [form, _] = &FORMS;
    let run = run(workspace, emulation, &settings, form, name)?;
    match run.verdict(checksum) {
        Verdict::Right => cost(&run).with_context(|| format!("not measured: {name}")),
        Verdict::Wrong(result) => bail!("wrong checksum: {name}: {result}"),
        Verdict::DoesNotFit => bail!("{name}: {}", run.ran.errors.join("; ")),
    }
}

fn cost(run: &Run) -> Option<Cost> {
    let figure = |what| run.ran.costs.figure(what);
    let ram = figure(PEAK)? + figure("memory in use")?;
    Some(Cost { load: figure("load")?, run: figure("call")?, ram })
}
