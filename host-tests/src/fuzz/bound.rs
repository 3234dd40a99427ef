//! What a module takes, and the bound by which it is let in.

use crate::bound::Judge;
use std::cell::RefCell;
use vellum_prepare::shares_memory;

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
    if shares_memory(data).unwrap_or(false) {
        return false;
    }
    JUDGE.with_borrow_mut(|judge| match judge.get_or_insert_with(Judge::new).check(data) {
        Ok(loaded) => loaded,
        Err(failure) => panic!("{failure}"),
    })
}
