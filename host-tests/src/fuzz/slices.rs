//! A program at once and in slices of fuel.

use super::program::program;
use crate::programs::{Ours, Outcome, Setup, Side, State};

/// Fuel of the start function and of each call, where it is used at once; in slices there is enough.
const FUEL: u64 = 50_000;
const ENOUGH: u64 = 1 << 40;

/// Whether there was a program.
pub(super) fn run(data: &[u8]) -> bool {
    let Some((program, tail_calls, mut rng)) = program(data, true) else { return false };
    if tail_calls {
        return false;
    }
    let slice = [1, 2, 7, 100, rng.u64(1..1000)][rng.usize(..5)];
    let mut whole = Ours::new(Setup::in_slices(None));
    let mut sliced = Ours::new(Setup::in_slices(Some(slice)));
    for module in &program.modules {
        let act = |side: &mut Ours| side.instantiate(module);
        match step(&mut whole, &mut sliced, act) {
            Some(Outcome::Values(_)) => {}
            _ => return true,
        }
    }
    for call in &program.calls {
        if step(&mut whole, &mut sliced, |side| side.call(call)).is_none() {
            return true;
        }
    }
    true
}

/// Does the same at once and in slices. Nothing can be said of what takes too long, or too deep a stack.
fn step(
    whole: &mut Ours,
    sliced: &mut Ours,
    act: impl Fn(&mut Ours) -> Outcome,
) -> Option<Outcome> {
    whole.refuel(FUEL);
    let right = act(whole);
    if let Outcome::Exhausted(_) = right {
        return None;
    }
    sliced.refuel(ENOUGH);
    let did = act(sliced);
    if let Outcome::Exhausted("stack") = did {
        return None;
    }
    assert!(did.agrees(&right), "in slices {did:x?}, at once {right:x?}");
    let state = State::of(whole);
    if let Err(difference) = state.compare(whole, sliced) {
        panic!("in slices: {difference}");
    }
    Some(right)
}
