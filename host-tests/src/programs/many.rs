//! Many programs, compared one after the other.

use super::compare::{Reference, Tally};
use super::program::Program;
use super::setup::Setup;
use std::sync::{Mutex, PoisonError};

/// What becomes of a program that asks for more pages than there are.
const REFUSED: [&str; 2] = ["out of pages", "Values([I32(ffffffff)]) instead of Values([I32("];

/// What came of many programs.
#[derive(Debug, Default)]
pub struct Compared {
    /// The sum of what was compared.
    pub tally: Tally,
    /// Programs that wanted more pages than there are, and were told so: `wasmtime` has more.
    pub refused: usize,
    /// Where the two sides differ, with the program's name.
    pub differences: Vec<String>,
}

impl Reference {
    /// Runs programs in these setups, each up to its first difference.
    pub fn compare_all(&self, programs: &[(String, Program)], setups: &[Setup]) -> Compared {
        // All have their pages of one pool.
        static ALONE: Mutex<()> = Mutex::new(());
        let _alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let mut compared = Compared::default();
        for (name, program) in programs {
            match self.compare(program, setups) {
                Ok(tally) => compared.tally += tally,
                Err(it) if REFUSED.iter().any(|text| it.what.contains(text)) => {
                    compared.refused += 1;
                }
                Err(it) => compared.differences.push(format!("{name}: {it:?}")),
            }
        }
        compared
    }
}
