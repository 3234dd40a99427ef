//! Hostile modules on every emulated board, one after another in one boot. Out of heap while
//! loading may end the boot, after the line that says so; the rest then runs in a second boot.

use super::{Modules, batch::batch, workspace};
use crate::support::rig;
use line::Line;
use std::fs;

#[path = "../../../../../host-tests/src/hostile/line.rs"]
mod line;

/// Whether `output` is one line that is expected here, or none where nothing is, besides help and what is
/// said of memories that could not grow.
fn fits(line: &Line<'_>, output: &str) -> bool {
    let beside = ["refused growths: ", "help: "];
    let is_beside = |line: &&str| beside.iter().any(|start| line.starts_with(start));
    let lines: Vec<_> = output.lines().filter(|line| !is_beside(line)).collect();
    line.beginnings.iter().any(|&beginning| match beginning {
        "nothing" => lines.is_empty(),
        _ => matches!(&lines[..], [line] if line.starts_with(beginning)),
    })
}

const OUT_OF_HEAP: &str = "error: out of heap: ";

fn assert_as_listed(board: &str) {
    let modules = Modules::new();
    let folder = workspace().join("boards/scenarios/hostile");
    let list = fs::read_to_string(folder.join("LIST")).unwrap();
    let runs: Vec<Line<'_>> = list.lines().filter_map(Line::parse).collect();
    let mut wrong = Vec::new();
    let mut rest = runs.as_slice();
    while !rest.is_empty() {
        let lines = rest.iter().map(|run| format!("{}/{}\n", folder.display(), run.command));
        let ran = batch(&modules.file("all.list", lines.collect::<String>()), board);
        let blocks: Vec<&str> = ran.stdout.split("== ").skip(1).collect();
        let (done, left) = rest.split_at(blocks.len());
        for (run, block) in done.iter().zip(&blocks) {
            let (file, output) = block.split_once('\n').unwrap();
            let ended_here = output.starts_with(OUT_OF_HEAP) && output.contains("firmware ended");
            let output =
                if ended_here { output.split_inclusive('\n').next() } else { Some(output) };
            if !fits(run, output.unwrap())
                || !file.ends_with(run.command.split(' ').next().unwrap())
            {
                wrong.push(format!("{}, expected {:?}: {block}", run.command, run.beginnings));
            }
        }
        let ended = blocks.last().is_some_and(|block| block.contains(OUT_OF_HEAP));
        assert!(ran.code == Some(0) && left.is_empty() || ran.code == Some(1) && ended, "{ran:?}");
        rest = left;
    }
    assert!(wrong.is_empty() && !runs.is_empty(), "{board}:\n{}", wrong.concat());
}

#[test]
fn each_ends_as_listed_and_a_good_module_follows() {
    assert_as_listed("mps2-an386");
}

#[test]
fn less_memory_makes_a_difference_only_in_what_does_not_fit() {
    assert_eq!(rig(&["demo", "--board", "stm32f405"]).code, Some(0));
    assert_as_listed("stm32f405");
}
