//! What the benchmark has to reach: no worse than the interpreter alone, built for the best trade
//! of speed and flash.

use crate::bench::{Figures, times};
use crate::peers::{BEST_TRADE, PEERS};
use anyhow::{Context, Result};

/// How much slower guests may run than in the peer.
const SLOWER: f64 = 1.02;
/// How much flash the rest of the firmware may take beside the peer, in bytes.
const MORE_FLASH: u64 = 15 * 1024;
/// How much native stack there may ever be in use, in bytes.
const STACK: u64 = 12 * 1024;

/// What is missed, each as a sentence.
pub(crate) fn missed(figures: &Figures, flash: u64) -> Result<Vec<String>> {
    let peer = PEERS.iter().find(|peer| peer.name == BEST_TRADE).context("no peer to compare")?;
    let slowdown = times(&figures.thousands(), &peer.thousands()).context("no computing peer")?;
    let stack = figures.stack_load.max(figures.stack_run);
    let mut missed = Vec::new();
    if slowdown > SLOWER {
        missed.push(format!("guests run {slowdown:.3} times the instructions, {SLOWER} allowed"));
    }
    let mut bound = |what: &str, figure: u64, limit: u64| {
        if figure > limit {
            missed.push(format!("{what} {figure} bytes, {limit} allowed"));
        }
    };
    bound("flash", flash, peer.flash.unwrap_or(0) + MORE_FLASH);
    bound("heap peak", figures.heap, peer.heap.unwrap_or(0));
    bound("native stack", stack, STACK);
    Ok(missed)
}

#[cfg(test)]
mod tests {
    use super::{BEST_TRADE, PEERS, missed};
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
        assert!(missed(&like_the_peer(), 469_004 + 15 * 1024).unwrap().is_empty());
    }

    #[test]
    fn every_goal_can_be_missed() {
        let mut figures = like_the_peer();
        figures.instructions = figures.instructions.map(|count| count * 103 / 100);
        figures.heap += 1;
        figures.stack_run = 12 * 1024 + 1;
        let missed = missed(&figures, 469_004 + 15 * 1024 + 1).unwrap();
        assert_eq!(missed.len(), 4, "{missed:?}");
    }
}
