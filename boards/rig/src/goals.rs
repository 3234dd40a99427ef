//! What the benchmark has to reach: no worse than the interpreter alone, built for the best trade
//! of speed and flash.

use crate::bench::{Figures, times};
use crate::peers::{BEST_TRADE, PEERS};
use anyhow::{Context, Result};

/// How much slower guests may run than in the peer.
const SLOWER: f64 = 1.02;
/// How much flash the rest of the firmware is meant to take beside the peer, in bytes.
const MORE_FLASH: u64 = 15 * 1024;
/// How much native stack there may ever be in use, in bytes.
const STACK: u64 = 12 * 1024;
/// Flash and heap peak that were reached, in bytes. Whoever lowers a figure lowers it here.
const FLASH_REACHED: u64 = 552_000;
const HEAP_REACHED: u64 = 15_500;

/// What a run shows, each as a sentence.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Verdict {
    /// Goals that were not reached before either.
    pub(crate) open: Vec<String>,
    /// What is worse than it was, or than it ever may be.
    pub(crate) worse: Vec<String>,
}

/// Compares a run with the goals and with what was reached before.
pub(crate) fn verdict(figures: &Figures, flash: u64) -> Result<Verdict> {
    let peer = PEERS.iter().find(|peer| peer.name == BEST_TRADE).context("no peer to compare")?;
    let slowdown = times(&figures.thousands(), &peer.thousands()).context("no computing peer")?;
    let stack = figures.stack_load.max(figures.stack_run);
    let mut verdict = Verdict::default();
    if slowdown > SLOWER {
        let text = format!("guests run {slowdown:.3} times the instructions, {SLOWER} allowed");
        verdict.worse.push(text);
    }
    let mut bound = |what: &str, figure: u64, goal: u64, reached: u64| {
        if figure > goal.max(reached) {
            verdict.worse.push(format!("{what} {figure} bytes, {} allowed", goal.max(reached)));
        } else if figure > goal {
            verdict.open.push(format!("{what} {figure} bytes, the goal is {goal}"));
        }
    };
    bound("flash", flash, peer.flash.unwrap_or(0) + MORE_FLASH, FLASH_REACHED);
    bound("heap peak", figures.heap, peer.heap.unwrap_or(0), HEAP_REACHED);
    bound("native stack", stack, STACK, STACK);
    Ok(verdict)
}

#[cfg(test)]
mod tests {
    use super::{BEST_TRADE, FLASH_REACHED, HEAP_REACHED, PEERS, Verdict, verdict};
    use crate::bench::Figures;

    fn like_the_peer() -> Figures {
        let peer = PEERS.iter().find(|peer| peer.name == BEST_TRADE).unwrap();
        Figures {
            instructions: peer.instructions.map(|thousands| thousands.unwrap() * 1000),
            heap: peer.heap.unwrap(),
            stack_load: 12 * 1024,
            stack_run: 0,
        }
    }

    #[test]
    fn the_peer_itself_misses_nothing() {
        let verdict = verdict(&like_the_peer(), 469_004 + 15 * 1024).unwrap();
        assert_eq!(verdict, Verdict::default());
    }

    #[test]
    fn a_goal_stays_open_until_it_is_reached() {
        let mut figures = like_the_peer();
        figures.heap += 1;
        let verdict = verdict(&figures, 469_004 + 15 * 1024 + 1).unwrap();
        assert_eq!(verdict.open.len(), 2, "{verdict:?}");
        assert!(verdict.worse.is_empty(), "{verdict:?}");
    }

    #[test]
    fn nothing_may_become_worse() {
        let mut figures = like_the_peer();
        figures.instructions = figures.instructions.map(|count| count * 103 / 100);
        figures.heap = HEAP_REACHED + 1;
        figures.stack_run = 12 * 1024 + 1;
        let verdict = verdict(&figures, FLASH_REACHED + 1).unwrap();
        assert_eq!(verdict.worse.len(), 4, "{verdict:?}");
    }
}
