//! `rig bench --real`: the programs beside what they cost in other runtimes.

use super::run::{Run, Verdict, run};
use super::{CHECKSUMS, FORMS};
use crate::arguments::Emulation;
use crate::commands::signer::Signer;
use crate::costs::PEAK;
use crate::failure;
use crate::invocation::Settings;
use crate::real::{Cost, Measured, PEERS_ARE, render, render_bound, render_loading, verdict};
use crate::workspace::Workspace;
use anyhow::{Context, Result, bail};

/// Bytes of the guest's value stack, as the other runtimes have, and functions that may be active.
const STACK: u32 = 8192;
const CALLS: u32 = 128;

const NOTES: &str = "
Thousands of instructions, counted by the emulator (not cycles); RAM is the most heap and the linear
memory, in bytes. `load` validates, prepares and translates all of the module on the chip; the others
translate all of it, too. `best` is the lesser figure of the two others. Where a runtime has no
figure, it does not load the program.
";

const LOADING_NOTES: &str = "
`lazy` leaves translation to the first call of each function, which pays for it;
`prepared` loads what was prepared ahead of time. `signed` checks the signature of what `vellum sign`
has written, and believes it, in an image that takes nothing else. `verified` is the same without the
check, which was made before: when a firmware loads a guest again.
";

const BOUND_NOTES: &str = "
`bound` is what it takes of `load` to find out whether the heap has room for the module: by how much
less it is loaded without asking. Here the heap has several times as much room as is needed, which a
coarse bound finds out. Where it has less, the code is followed for a near one, which takes a sixth of
`load`: `cargo rig budget --heap BYTES` shows it.
";

/// What the other runtimes have.
fn like_others() -> Settings {
    Settings { stack: Some(STACK), calls: Some(CALLS), ..Settings::default() }
}

pub(in crate::commands) fn execute(
    workspace: &Workspace,
    emulation: &Emulation,
    check: bool,
) -> Result<u8> {
    let board = workspace.board(emulation.board.as_deref())?;
    if !board.counts_instructions() {
        bail!("instructions can't be counted: {} has {} cores", board.name, board.facts.cores);
    }
    let signer = Signer::of(workspace)?;
    let mut all = Vec::new();
    for (name, checksum) in CHECKSUMS {
        let run = |settings: &Settings, signer| {
            measure(workspace, emulation, settings, (name, checksum), signer)
        };
        let measure =
            |lazy, prepared, signer| run(&Settings { lazy, prepared, ..like_others() }, signer);
        let unasked = run(&Settings { unasked: true, ..like_others() }, None)?.cost.load;
        let (whole, lazy) = (measure(false, false, None)?, measure(true, false, None)?);
        let prepared = measure(false, true, None)?;
        let (signed, signed_lazy) =
            (measure(false, false, Some(&signer))?, measure(true, false, Some(&signer))?);
        let all_of = |program: Program| program.cost.load + program.signature;
        let loads = [
            lazy.cost.load,
            prepared.cost.load,
            all_of(signed),
            all_of(signed_lazy),
            signed.cost.load,
            signed_lazy.cost.load,
        ];
        let whole = whole.cost;
        all.push(Measured { whole, loads, unasked });
    }
    let Ok(all) = all.try_into() else { bail!("not as many programs as the peers have") };
    println!("{}{NOTES}The others are {PEERS_ARE}.\n", render(&all));
    println!("{}{LOADING_NOTES}", render_loading(&all));
    println!("{}{BOUND_NOTES}", render_bound(&all));
    if check {
        verdict(&all).tell(&board.name)?;
    }
    Ok(failure::SUCCESS)
}

/// What a program costs, once its signature is checked, and what that costs.
#[derive(Debug, Clone, Copy)]
struct Program {
    cost: Cost,
    signature: u64,
}

fn measure(
    workspace: &Workspace,
    emulation: &Emulation,
    settings: &Settings,
    (name, checksum): (&str, u32),
    signer: Option<&Signer>,
) -> Result<Program> {
    let [form, _] = &FORMS;
    let run = run(workspace, emulation, settings, form, name, signer)?;
    match run.verdict(checksum) {
        Verdict::Right => cost(&run).with_context(|| format!("not measured: {name}")),
        Verdict::Wrong(result) => bail!("wrong checksum: {name}: {result}"),
        Verdict::DoesNotFit => bail!("{name}: {}", run.ran.errors.join("; ")),
    }
}

fn cost(run: &Run) -> Option<Program> {
    let figure = |what| run.ran.costs.figure(what);
    let ram = figure(PEAK)? + figure("memory in use")?;
    let cost = Cost { load: figure("load")?, run: figure("call")?, ram };
    Some(Program { cost, signature: figure("signature").unwrap_or(0) })
}
