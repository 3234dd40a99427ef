//! Runs a program on both sides and compares after each step.

use super::ours::Ours;
use super::program::Program;
use super::setup::Setup;
use super::side::{Frame, Outcome, Side, values_agree};
use super::theirs::{self, Theirs};
use super::value::Value;
use super::{generate, smith};
use fastrand::Rng;
use std::num::NonZeroUsize;
use std::ops::{AddAssign, RangeInclusive};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Ticks that each call has.
pub(super) const TICKS: i32 = 20;

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
    /// Calls, each in every setup.
    pub calls: u64,
    /// Backtraces, and their frames.
    pub backtraces: [u64; 2],
    /// Calls that trapped.
    pub traps: u64,
    /// Programs that ended early because a call ran for too long.
    pub exhausted: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        let Self { modules, calls, backtraces: [backtraces, frames], traps, exhausted } = other;
        self.modules += modules;
        self.calls += calls;
        self.backtraces[0] += backtraces;
        self.backtraces[1] += frames;
        self.traps += traps;
        self.exhausted += exhausted;
    }
}

impl Tally {
    fn count_frames(&mut self, theirs: &Theirs) {
        let frames = theirs.frames().len() as u64;
        self.backtraces[0] += u64::from(frames > 0);
        self.backtraces[1] += frames;
    }
}

/// The runtime that is right.
pub struct Reference(wasmtime::Engine);

impl Default for Reference {
    fn default() -> Self {
        Self(theirs::engine())
    }
}

/// What can be seen of a side, but for its memories.
pub(crate) struct State {
    heard: Vec<Value>,
    cells: Vec<Value>,
}

impl State {
    /// That of a side.
    pub(crate) fn of(side: &mut dyn Side) -> Self {
        Self { heard: side.heard(), cells: side.cells() }
    }

    /// Compares another side with this state of `theirs`.
    pub(crate) fn compare(&self, theirs: &mut dyn Side, ours: &mut dyn Side) -> Result<(), String> {
        let Self { heard, cells } = Self::of(ours);
        if !values_agree(&heard, &self.heard) {
            return Err(format!("host functions heard {heard:x?} instead of {:x?}", self.heard));
        }
        if !values_agree(&cells, &self.cells) {
            return Err(format!("globals and tables are {cells:x?} instead of {:x?}", self.cells));
        }
        for memory in 0..theirs.memories() {
            let (a, b) = (ours.bytes(memory), theirs.bytes(memory));
            if a == b {
                continue;
            }
            let place = a.iter().zip(b.iter()).position(|(a, b)| a != b);
            let Some(place) = place else {
                return Err(format!(
                    "memory {memory} has {} bytes instead of {}",
                    a.len(),
                    b.len()
                ));
            };
            let (a, b) = (a[place], b[place]);
            return Err(format!("memory {memory}: byte {place} is {a:#x} instead of {b:#x}"));
        }
        Ok(())
    }
}

enum Step {
    Go,
    /// It ran for too long or too deep: nothing can be said of what follows.
    Cut,
}

/// The runtime in one setup, with what became of the program so far.
struct Run {
    setup: Setup,
    side: Ours,
}

/// Frames that the runtime keeps of an instance.
const FRAMES: NonZeroUsize = NonZeroUsize::new(64).expect("it is not 0");

impl Reference {
    /// One that also says where calls failed.
    pub fn with_backtraces() -> Self {
        Self(theirs::engine_with(Some(FRAMES)))
    }

    pub(super) fn engine(&self) -> &wasmtime::Engine {
        &self.0
    }

    /// Runs a program in these setups, up to the first difference.
    ///
    /// # Errors
    ///
    /// The difference.
    pub fn compare(&self, program: &Program, setups: &[Setup]) -> Result<Tally, Difference> {
        let mut tally = Tally { modules: program.modules.len() as u64, ..Tally::default() };
        let mut theirs = Theirs::new(&self.0);
        let mut runs: Vec<_> =
            setups.iter().map(|&setup| Run { setup, side: Ours::new(setup) }).collect();
        for module in &program.modules {
            let right = theirs.instantiate(module);
            let instantiate = |side: &mut Ours| side.instantiate(module);
            match step(program, &mut runs, &mut theirs, &right, None, instantiate)? {
                Step::Go => {}
                Step::Cut => tally.exhausted += 1,
            }
            tally.count_frames(&theirs);
            if !matches!(right, Outcome::Values(_)) {
                return Ok(tally);
            }
        }
        for (n, call) in program.calls.iter().enumerate() {
            theirs.wind(TICKS);
            let right = theirs.call(call);
            let make = |side: &mut Ours| {
                side.wind(TICKS);
                side.call(call)
            };
            if let Step::Cut = step(program, &mut runs, &mut theirs, &right, Some(n), make)? {
                tally.exhausted += 1;
                return Ok(tally);
            }
            tally.count_frames(&theirs);
            tally.calls += 1;
            tally.traps += u64::from(matches!(right, Outcome::Trap(_)));
        }
        Ok(tally)
    }
}

/// Looks at the guard zones of the heap, where there are any.
fn check_canaries() -> Result<(), String> {
    #[cfg(feature = "canaries")]
    match crate::canaries::check() {
        Ok(0) => return Err("the program's heap has no guard zones".to_owned()),
        Ok(_) => {}
        Err(damaged) => return Err(damaged.to_string()),
    }
    Ok(())
}

/// Whether both failed at the same place, which one of two ends in a load that the other compiled into the
/// instruction that uses it.
fn same_place(program: &Program, ours: &[Frame], theirs: &[Frame]) -> bool {
    const LOADS: RangeInclusive<u8> = 0x28..=0x35;
    let (Some(((function, at), ours)), Some(((expected, end), theirs))) =
        (ours.split_first(), theirs.split_first())
    else {
        return ours.is_empty() && theirs.is_empty();
    };
    let is_load = |module: &Vec<u8>| module.get(*at).is_some_and(|byte| LOADS.contains(byte));
    let is_sunk = || at < end && program.modules.iter().any(is_load);
    function == expected && (at == end || is_sunk()) && ours == theirs
}

/// Does the same in all setups, and compares with what is right.
fn step(
    program: &Program,
    runs: &mut [Run],
    theirs: &mut Theirs,
    right: &Outcome,
    call: Option<usize>,
    act: impl Fn(&mut Ours) -> Outcome,
) -> Result<Step, Difference> {
    if let Outcome::Exhausted(_) = right {
        return Ok(Step::Cut);
    }
    let state = State::of(theirs);
    for Run { setup, side } in runs {
        let act = AssertUnwindSafe(|| {
            let did = act(side);
            check_canaries()?;
            if let Outcome::Exhausted("stack") = did {
                return Ok(Step::Cut);
            }
            // What the suite's modules import is not there, which each says in its own words.
            let refused = |it: &Outcome| setup.is_instrumented() && matches!(it, Outcome::Other(_));
            if !(did.agrees(right) || refused(&did) && refused(right)) {
                return Err(format!("{did:x?} instead of {right:x?}"));
            }
            if setup.is_instrumented() && !same_place(program, &side.frames(), &theirs.frames()) {
                let (frames, expected) = (side.frames(), theirs.frames());
                return Err(format!("failed at {frames:x?} instead of {expected:x?}"));
            }
            state.compare(theirs, side).map(|()| Step::Go)
        });
        let result = catch_unwind(act).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
            Err(format!("panicked: {}", text.unwrap_or_default()))
        });
        match result {
            Ok(Step::Go) => {}
            Ok(Step::Cut) => return Ok(Step::Cut),
            Err(what) => return Err(Difference { setup: *setup, call, what }),
        }
    }
    Ok(Step::Go)
}
