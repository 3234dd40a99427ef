//! `rig bench`

use super::{compartments_firmware, emulated_firmware_for, test_firmware, workloads};
use crate::arguments::Emulation;
use crate::bench::{Collector, Figures, MEASURES, times};
use crate::emulator::{Boot, Reaction};
use crate::failure;
use crate::figures::thousands;
use crate::firmware::Guests;
use crate::footprint::Footprint;
use crate::goals;
use crate::optimizing::optimized;
use crate::peers::{NATIVE, PEERS, Peer};
use crate::preempted::Preempted;
use crate::staging::Staging;
use crate::stops::Stops;
use crate::table::Table;
use crate::threads::Measured;
use crate::workspace::Workspace;
use anyhow::{Context, Result, anyhow, bail};
use std::fs;
use std::path::Path;
use vellum_prepare::{Options, prepare_to_vec};

/// The workloads as they are, and optimized.
const PLAIN: &str = "work.wasm";
const OPTIMIZED: &str = "optimized.wasm";
/// Copies of loops in the latter.
const COPIES: u8 = 8;

pub(super) fn execute(workspace: &Workspace, emulation: &Emulation, check: bool) -> Result<u8> {
    let board = workspace.board(emulation.board.as_deref())?;
    if !board.counts_instructions() {
        bail!("instructions can't be counted: {} has {} cores", board.name, board.facts.cores);
    }
    let module = workloads::module(workspace);
    let module =
        fs::read(&module).with_context(|| format!("cannot read module: {}", module.display()))?;
    let prepared = |module: &[u8]| {
        prepare_to_vec(module, &Options::new()).map_err(|error| anyhow!("invalid module: {error}"))
    };
    let staging = Staging::new()?;
    staging.write(PLAIN, prepared(&module)?)?;
    staging.write(OPTIMIZED, prepared(&optimized(&module, COPIES)?)?)?;
    let boot = |elf: &Path, task, file| {
        let arguments = &[task, file];
        let time_limit = emulation.time_limit;
        measured(&Boot { board, elf, arguments, staging: &staging, time_limit })
    };

    let elf = emulated_firmware_for(workspace, board, Guests::Plain)?;
    let image = fs::read(&elf).with_context(|| format!("cannot read {}", elf.display()))?;
    let flash = Footprint::of(&image)?.flash_total();
    let figures = match boot(&elf, "bench", PLAIN)? {
        Ok(lines) => lines.finish()?,
        Err(code) => return Ok(code),
    };
    println!("{}", compare(&board.name, &figures, flash));

    let elf = test_firmware(workspace, board)?;
    let threads = match boot(&elf, "threads", PLAIN)? {
        Ok(lines) => Measured::of(&lines)?,
        Err(code) => return Ok(code),
    };
    let optimized = match boot(&elf, "threads", OPTIMIZED)? {
        Ok(lines) => Measured::of(&lines)?,
        Err(code) => return Ok(code),
    };
    print!("{}", threads.render(&optimized));
    let stops = match boot(&elf, "stops", PLAIN)? {
        Ok(lines) => Stops::of(&lines)?,
        Err(code) => return Ok(code),
    };
    if let Some(stops) = &stops {
        print!("\n{}", stops.render());
    }
    let elf = compartments_firmware(workspace, board)?;
    let preempted = match boot(&elf, "preempted", PLAIN)? {
        Ok(lines) => Preempted::of(&lines)?,
        Err(code) => return Ok(code),
    };
    if let Some(preempted) = &preempted {
        print!("\n{}", preempted.render());
    }
    if check {
        let mut verdict = goals::verdict(&figures, flash)?;
        verdict.extend(goals::threads(&threads.figures));
        verdict.extend(goals::optimized(&threads.gain(&optimized)));
        if let Some(preempted) = &preempted {
            verdict.extend(goals::preempted(preempted));
        }
        if let Some(stops) = &stops {
            verdict.extend(goals::stops(stops));
        }
        verdict.tell(&board.name)?;
    }
    Ok(failure::SUCCESS)
}

/// What a boot printed, or the exit code if it failed.
fn measured(boot: &Boot<'_>) -> Result<Result<Collector, u8>> {
    let mut collector = Collector::default();
    let end = boot.run(|line| match collector.take(line) {
        true => Reaction::Swallow,
        false => Reaction::Print,
    })?;
    let code = end.exit_code(boot)?;
    Ok(if code == failure::SUCCESS { Ok(collector) } else { Err(code) })
}

const NOTES: &str = "
Thousands of instructions, counted exactly by the emulator (not cycles). `x native`: geometric mean
of fib, sieve, crc, matmul and bytecopy against native C. Flash in bytes: of Vellum the whole image,
of the others without an empty firmware; the module never counts. Heap peak in bytes, without linear
memory; native stack in KiB. Vellum's module is prepared ahead of time, as for flashing. The peers
were measured on mps2-an386.
";

/// The board's figures beside those of its peers.
fn compare(board: &str, figures: &Figures, flash: u64) -> String {
    let mut headings = vec!["runtime", "flash", "heap peak", "stack load/run"];
    headings.extend(MEASURES.iter().map(|measure| measure.heading));
    headings.push("x native");
    let mut table = Table::new(&headings);
    let kib = |bytes: u64| bytes as f64 / 1024.0;
    let stack = (kib(figures.stack_load), kib(figures.stack_run));
    let name = format!("Vellum on {board}");
    table.row(row(&name, Some(flash), Some(figures.heap), Some(stack), &figures.thousands()));
    for peer in PEERS {
        table.row(row(peer.name, peer.flash, peer.heap, peer.stack, &peer.thousands()));
    }
    table.render() + NOTES
}

fn row(
    name: &str,
    flash: Option<u64>,
    heap: Option<u64>,
    stack: Option<(f64, f64)>,
    instructions: &[Option<f64>; MEASURES.len()],
) -> Vec<String> {
    let native = PEERS.iter().find(|peer| peer.name == NATIVE).map(Peer::thousands);
    let times = native.and_then(|native| times(instructions, &native));
    let stack = stack.map(|(load, run)| format!("{load:.1}/{run:.1}"));
    let figure = |figure: Option<u64>| figure.map(thousands).unwrap_or_default();
    let mut cells = vec![name.to_owned(), figure(flash), figure(heap), stack.unwrap_or_default()];
    cells.extend(instructions.iter().map(|count| figure(count.map(|count| count.round() as u64))));
    cells.push(times.map(|times| format!("{times:.1}")).unwrap_or_default());
    cells
}

#[cfg(test)]
mod tests {
    use super::compare;
    use crate::bench::{Figures, times};
    use crate::peers::PEERS;

    /// The means that were published with the peers' figures, native C first. They were made of
    /// the exact counts, the table has thousands.
    const TIMES: [f64; 13] =
        [1.0, 27.0, 25.7, 23.0, 22.7, 55.8, 33.4, 80.9, 24.3, 19.6, 22.1, 22.1, 72.3];

    #[test]
    fn the_comparison_fits_100_columns() {
        let instructions = [99_999_999; crate::bench::MEASURES.len()];
        let figures = Figures { instructions, heap: 99_999, stack_load: 9999, stack_run: 9999 };
        let text = compare("mps2-an386", &figures, 999_999);
        for line in text.lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
        let count = |start: &str| text.lines().filter(|line| line.starts_with(start)).count();
        assert!(count("|--") > 1 && count("| Vellum on mps2-an386 ") == count("|--"), "{text}");
    }

    #[test]
    fn means_are_those_published_with_the_figures() {
        for (peer, published) in PEERS.iter().zip(TIMES) {
            let mean = times(&peer.thousands(), &PEERS[0].thousands()).unwrap();
            assert!((mean / published - 1.0).abs() < 0.005, "{}: {mean}", peer.name);
        }
    }
}
