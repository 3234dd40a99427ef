//! Modules in parts beside what they were in one piece, both run by `wasmtime`.

use super::compare::{Reference, State, TICKS, Tally};
use super::host::Host;
use super::program::{Call, Program};
use super::side::{Outcome, Side};
use super::theirs::Theirs;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use vellum_split::Split;
use wasmtime::{Caller, Func, Instance, Module, Result, Store, format_err};

/// Calls by way of loaders and stubs take more fuel.
const FUEL_FACTOR: u64 = 10;

/// The function that loads the parts of a module, and counts them.
pub(super) fn loader(store: &mut Store<Host>, split: Split, count: Arc<AtomicUsize>) -> Func {
    let loaded = Mutex::new(BTreeSet::new());
    Func::wrap(store, move |mut caller: Caller<'_, Host>, function: i32| -> Result<()> {
        let number = usize::try_from(function)?;
        let part = *split.part_of().get(number).ok_or_else(|| format_err!("no {number}"))?;
        if !loaded.lock().expect("no thread panics").insert(part) {
            return Err(format_err!("part {part} is loaded twice"));
        }
        count.fetch_add(1, Ordering::Relaxed);
        let module = Module::new(caller.engine(), &split.parts()[usize::from(part)])?;
        let names: Vec<_> = module.imports().map(|import| import.name().to_owned()).collect();
        let imports = names.iter().map(|name| {
            caller.get_export(name).ok_or_else(|| format_err!("{name} is not exported"))
        });
        let imports = imports.collect::<Result<Vec<_>>>()?;
        Instance::new(&mut caller, &module, &imports).map(drop)
    })
}

/// What was compared, and how many parts were loaded for it.
#[derive(Debug, Clone, Copy, Default)]
pub struct PartsTally {
    /// Modules and calls.
    pub tally: Tally,
    /// Parts.
    pub loaded: usize,
}

impl Reference {
    /// Runs a program in one piece and in parts of so many bytes, up to the first difference. Each call
    /// may take so much fuel.
    ///
    /// # Errors
    ///
    /// The difference, and what made it.
    pub fn compare_parts(
        &self,
        program: &Program,
        part_bytes: usize,
        fuel: u64,
    ) -> Result<PartsTally, String> {
        let mut tally = Tally { modules: program.modules.len() as u64, ..Tally::default() };
        let mut whole = Theirs::new(self.engine()).with_fuel(fuel);
        let more = fuel.saturating_mul(FUEL_FACTOR);
        let mut split = Theirs::new(self.engine()).with_fuel(more).in_parts(part_bytes);
        let instantiations = program.modules.iter().map(|module| Act::Instantiate(module));
        for act in instantiations.chain(program.calls.iter().map(Act::Call)) {
            let right = act.on(&mut whole);
            let same = agree(&mut whole, &mut split, &right, act);
            if !same.map_err(|difference| format!("{act:?}: {difference}"))? {
                tally.exhausted += 1;
                break;
            }
            match act {
                Act::Instantiate(_) if !matches!(right, Outcome::Values(_)) => break,
                Act::Instantiate(_) => {}
                Act::Call(_) => {
                    tally.calls += 1;
                    tally.traps += u64::from(matches!(right, Outcome::Trap(_)));
                }
            }
        }
        Ok(PartsTally { tally, loaded: split.loaded() })
    }
}

/// What is done on all sides.
#[derive(Clone, Copy)]
enum Act<'a> {
    Instantiate(&'a [u8]),
    Call(&'a Call),
}

impl std::fmt::Debug for Act<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Instantiate(module) => write!(f, "a module of {} bytes", module.len()),
            Self::Call(call) => call.fmt(f),
        }
    }
}

impl Act<'_> {
    fn on(self, side: &mut Theirs) -> Outcome {
        match self {
            Self::Instantiate(module) => side.instantiate(module),
            Self::Call(call) => {
                side.wind(TICKS);
                side.call(call)
            }
        }
    }
}

/// Does in parts what was done in one piece, and compares; not if that ran for too long or too deep.
fn agree(
    whole: &mut Theirs,
    split: &mut Theirs,
    right: &Outcome,
    act: Act<'_>,
) -> Result<bool, String> {
    if let Outcome::Exhausted(_) = right {
        return Ok(false);
    }
    let state = State::of(whole);
    let did = act.on(split);
    if let Outcome::Exhausted("stack") = did {
        return Ok(false);
    }
    if !did.agrees(right) {
        return Err(format!("{did:x?} instead of {right:x?}"));
    }
    state.compare(whole, split).map(|()| true)
}
