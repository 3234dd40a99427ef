//! What a module takes, and the bound by which it is let in.

use super::settings::Settings;
use crate::bound::Judge;
use crate::hostile::attempt;
use std::cell::RefCell;
use vellum::Error;
use vellum_prepare::shares_memory;
use wasmparser::{Parser, Payload};

thread_local! {
    static JUDGE: RefCell<Option<Judge>> = const { RefCell::new(None) };
}

/// Builds the program that measures.
pub(super) fn set_up() {
    JUDGE.set(Some(Judge::new()));
}

/// Whether the module was loaded.
pub(super) fn run(data: &[u8]) -> bool {
    // On an engine without threads it is another module that is loaded: each access is a call.
    if shares_memory(data).unwrap_or(false) || starts_for_long(data) {
        return false;
    }
    JUDGE.with_borrow_mut(|judge| match judge.get_or_insert_with(Judge::new).check(data) {
        Ok(loaded) => loaded,
        Err(failure) => panic!("{failure}"),
    })
}

/// Whether the start function might never end: some of the engines that are measured count no fuel.
fn starts_for_long(data: &[u8]) -> bool {
    let has_start = |payload| matches!(payload, Ok(Payload::StartSection { .. }));
    let runs_out = |error: &Error| matches!(error, Error::OutOfFuel);
    Parser::new(0).parse_all(data).any(has_start)
        && attempt(&Settings::of(data).engine(), data).errors.iter().any(runs_out)
}
