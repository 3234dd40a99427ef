//! Any calls of the embedding API, here and in `wasmtime`, on two stores with what is made in them.

mod guests;
mod ours;
mod step;
mod theirs;

use crate::programs::{Outcome, Value};
use arbitrary::{Result, Unstructured};
use ours::Ours;
use step::{Kind, Known, Step};
use theirs::Theirs;

/// Most steps of one input: what they make fits in a store.
const MOST_STEPS: usize = 60;
/// How many stores there are.
const STORES: usize = 2;

/// What came of a step.
#[derive(Debug, Clone)]
enum Did {
    /// It made something, or nothing of that name is there.
    Made(Option<Kind>),
    Bytes(Vec<u8>),
    Came(Outcome),
}

impl Did {
    /// Whether both are the same. The words of a refusal may differ.
    fn agrees(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Made(a), Self::Made(b)) => a == b,
            (Self::Bytes(a), Self::Bytes(b)) => a == b,
            (Self::Came(Outcome::Other(_)), Self::Came(Outcome::Other(_))) => true,
            (Self::Came(a), Self::Came(b)) => a.agrees(b),
            _ => false,
        }
    }

    fn number(number: u64) -> Self {
        Self::Came(Outcome::Values(vec![Value::I64(number)]))
    }

    fn nothing() -> Self {
        Self::Came(Outcome::Values(Vec::new()))
    }
}

/// What a host function that hears a number remembers.
fn heard(before: u64, number: i32) -> u64 {
    before.wrapping_mul(31).wrapping_add(u64::from(number.cast_unsigned()))
}

/// Whether the bytes say any step.
pub(super) fn run(data: &[u8]) -> bool {
    let mut steps = Vec::new();
    let done = steps_of(&mut Unstructured::new(data), &mut steps).is_ok();
    assert_eq!(ours::PAGES.leased(), 0, "pages are kept after {steps:?}");
    done
}

fn steps_of(u: &mut Unstructured<'_>, steps: &mut Vec<(usize, Step)>) -> Result<()> {
    let mut ours = Ours::new(if u.arbitrary()? { Some(u.int_in_range(1..=300)?) } else { None });
    let mut theirs = Theirs::default();
    let mut known = Known::default();
    for _ in 0..u.int_in_range(1..=MOST_STEPS)? {
        let store = u.int_in_range(0..=STORES - 1)?;
        let Some(step) = known.step(u, store)? else { continue };
        steps.push((store, step.clone()));
        let did = ours.apply(store, &step);
        if known.is_foreign(store, &step) {
            // There `wasmtime` panics.
            assert!(
                matches!(&did, Did::Came(Outcome::Other(text)) if *text == vellum::Error::WrongStore.to_string()),
                "{did:?} with something of another store: {steps:?}"
            );
            continue;
        }
        let right = theirs.apply(store, &step);
        assert!(did.agrees(&right), "{did:x?} instead of {right:x?}: {steps:?}");
        if let (Step::DefineInstance(..), Did::Came(Outcome::Other(_))) = (&step, &right) {
            // What is defined then is not said: there it is a part.
            break;
        }
        if let Did::Made(Some(kind)) = did {
            known.add(store, kind);
        }
        if let Step::Reset = step {
            known.reset(store);
        }
    }
    for (item, store, kind) in known.all() {
        for step in Step::looks(kind, item) {
            let (did, right) = (ours.apply(store, &step), theirs.apply(store, &step));
            assert!(did.agrees(&right), "{step:?} shows {did:x?} instead of {right:x?}: {steps:?}");
        }
    }
    for store in 0..STORES {
        assert_eq!(ours.heard(store), theirs.heard(store), "host functions heard: {steps:?}");
    }
    Ok(())
}
