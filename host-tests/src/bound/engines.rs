//! What engines and their stacks take on a 32-bit target, compared with what is asked for them.

use super::{TWO_ENDED, probe::Program};

/// Kinds of engines beyond [those of modules](super::KINDS): with fuel, lazily, and with threads.
const KINDS: [u32; 10] = [0, 1, 2, 3, 4, 5, 8, 12, TWO_ENDED, TWO_ENDED + 8];
const STACKS: [(u32, u32); 7] =
    [(0, 1), (1, 3), (3072, 1), (3072, 4), (8192, 2), (65_537, 2), (8, 33)];
const RECURSION: [u32; 8] = [1, 4, 5, 64, 65, 100, 129, 1000];

/// What one engine took.
#[derive(Debug)]
pub struct EngineReport {
    /// How it is configured.
    pub settings: String,
    /// Bytes that were taken at most, as an allocator counts them, and by how much its arena grew.
    pub engine: [u32; 2],
    /// Bytes that were asked for.
    pub engine_needed: u32,
    /// The same of the stacks.
    pub stacks: [u32; 2],
    /// And what was asked for them.
    pub stacks_needed: u32,
}

impl EngineReport {
    /// Whether what was asked for is enough, and not much more.
    pub fn holds(&self) -> bool {
        let fits = |[placed, extent]: [u32; 2], needed, times| {
            let taken = placed.max(extent);
            0 < taken && taken <= needed && needed <= times * taken
        };
        fits(self.engine, self.engine_needed, 2) && fits(self.stacks, self.stacks_needed, 3)
    }
}

/// Measures engines of many settings.
///
/// # Panics
///
/// If the program that measures can't be built or run.
pub fn engines() -> Vec<EngineReport> {
    let mut probe = Program::build().run();
    let mut reports = Vec::new();
    for kind in KINDS {
        for (value_stack, calls) in STACKS {
            for recursion in RECURSION {
                let words = probe.settings(kind, value_stack, recursion, calls);
                let words = words.expect("the program does not trap");
                let [_, _, placed, extent, engine_needed, _, _, stacks, used, stacks_needed] =
                    words;
                reports.push(EngineReport {
                    settings: format!("{kind}: {value_stack}, {recursion}, {calls}"),
                    engine: [placed, extent],
                    engine_needed,
                    stacks: [stacks, used],
                    stacks_needed,
                });
            }
        }
    }
    reports
}
