//! Runs a program on both sides and compares after each step.

use super::ours::Ours;
use super::program::Program;
use super::setup::Setup;
use super::side::{Outcome, Side, values_agree};
use super::theirs::{self, Theirs};
use super::{generate, smith};
use fastrand::Rng;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Ticks that each call has.
const TICKS: i32 = 20;

/// What a seed says.
#[derive(Debug, Clone)]
pub struct Case {
    /// What is run.
    pub program: Program,
    /// How the runtime is set up.
    pub setups: Vec<Setup>,
}

impl Case {
    /// The case of a seed; none of a few.
    pub fn of(seed: u64) -> Option<Self> {
        let rng = &mut Rng::with_seed(seed);
        let tail_calls = rng.bool();
        let program = match rng.u8(..5) {
            0 => smith::program(rng, tail_calls)?,
            _ => generate::program(rng, tail_calls),
        };
        Some(Self { program, setups: vec![Setup::PLAIN, Setup::any(rng, tail_calls)] })
    }
}

/// Where the two sides differ.
#[derive(Debug, Clone)]
pub struct Difference {
    /// How the runtime was set up.
    pub setup: Setup,
    /// The call, or none while modules were instantiated.
    pub call: Option<usize>,
    /// What differs.
    pub what: String,
}

/// What was compared.
#[derive(Debug, Clone, Copy, Default)]
pub struct Tally {
    /// Modules.
    pub modules: u64,
    /// Calls, each in one setup or more.
    pub calls: u64,
    /// Calls that trapped.
    pub traps: u64,
    /// Programs that ended early because a call ran for too long.
    pub exhausted: u64,
}

/// The runtime that is right.
pub struct Reference(wasmtime::Engine);

impl Default for Reference {
    fn default() -> Self {
        Self(theirs::engine())
    }
}

/// What is the same in no two states that differ, but for memories.
fn compare_states(ours: &mut dyn Side, theirs: &mut dyn Side) -> Result<(), String> {
    let (a, b) = (ours.heard(), theirs.heard());
    if !values_agree(&a, &b) {
        return Err(format!("host functions heard {a:x?} instead of {b:x?}"));
    }
    let (a, b) = (ours.cells(), theirs.cells());
    if !values_agree(&a, &b) {
        return Err(format!("globals and tables are {a:x?} instead of {b:x?}"));
    }
    for memory in 0..theirs.memories() {
        let (a, b) = (ours.bytes(memory), theirs.bytes(memory));
        if a == b {
            continue;
        }
        let place = a.iter().zip(b.iter()).position(|(a, b)| a != b);
        let Some(place) = place else {
            return Err(format!("memory {memory} has {} bytes instead of {}", a.len(), b.len()));
        };
        let (a, b) = (a[place], b[place]);
        return Err(format!("memory {memory}: byte {place} is {a:#x} instead of {b:#x}"));
    }
    Ok(())
}

enum Step {
    Go,
    /// Nothing can be said of what follows.
    End,
}

fn compare_step(ours: &Outcome, theirs: &Outcome) -> Result<Step, String> {
    match (ours, theirs) {
        (_, Outcome::Exhausted(_)) | (Outcome::Exhausted("stack"), _) => Ok(Step::End),
        _ if ours.agrees(theirs) => Ok(Step::Go),
        _ => Err(format!("{ours:x?} instead of {theirs:x?}")),
    }
}

impl Reference {
    /// Runs a program in one setup, up to the first difference.
    ///
    /// # Errors
    ///
    /// The difference.
    pub fn compare(&self, program: &Program, setup: Setup) -> Result<Tally, Difference> {
        let mut tally = Tally { modules: program.modules.len() as u64, ..Tally::default() };
        let mut call = None;
        let run = AssertUnwindSafe(|| self.run(program, setup, &mut tally, &mut call));
        let result = catch_unwind(run).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(format!("panicked: {}", text.unwrap_or_default()))
        });
        match result {
            Ok(()) => Ok(tally),
            Err(what) => Err(Difference { setup, call, what }),
        }
    }

    fn run(
        &self,
        program: &Program,
        setup: Setup,
        tally: &mut Tally,
        at: &mut Option<usize>,
    ) -> Result<(), String> {
        let mut theirs = Theirs::new(&self.0);
        let mut ours = Ours::new(setup);
        for module in &program.modules {
            let (ours_did, theirs_did) = (ours.instantiate(module), theirs.instantiate(module));
            if let Step::End = compare_step(&ours_did, &theirs_did)? {
                tally.exhausted += 1;
                return Ok(());
            }
            if !matches!(theirs_did, Outcome::Values(_)) {
                return Ok(());
            }
            compare_states(&mut ours, &mut theirs)?;
        }
        for (n, call) in program.calls.iter().enumerate() {
            *at = Some(n);
            ours.wind(TICKS);
            theirs.wind(TICKS);
            let theirs_did = theirs.call(call);
            if matches!(theirs_did, Outcome::Exhausted(_)) {
                tally.exhausted += 1;
                return Ok(());
            }
            let ours_did = ours.call(call);
            if let Step::End = compare_step(&ours_did, &theirs_did)? {
                tally.exhausted += 1;
                return Ok(());
            }
            compare_states(&mut ours, &mut theirs)?;
            tally.calls += 1;
            tally.traps += u64::from(matches!(theirs_did, Outcome::Trap(_)));
        }
        Ok(())
    }
}
