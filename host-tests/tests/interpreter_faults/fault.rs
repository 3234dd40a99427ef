//! The faults, and the version of the interpreter that has them.

/// The version of the interpreter that the table is about.
const VERSION: &str = "2.0.0";

/// A fault of the interpreter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    /// What mends it, in `runtime/src/prepare/mend`.
    pub(crate) mending: &'static str,
    /// What shows when code has it.
    pub(crate) effect: &'static str,
}

const fn fault(mending: &'static str, effect: &'static str) -> Fault {
    Fault { mending, effect }
}

pub(crate) const TAIL_CALL: Fault = fault("tail_call.rs", "writes outside the value stack");
pub(crate) const SELECT: Fault = fault("select.rs", "the wrong value is selected");
pub(crate) const STORE: Fault = fault("store.rs", "a panic while it is translated");
pub(crate) const BLOCK_PARAMETERS: Fault = fault("block_parameters.rs", "a wrong value");
pub(crate) const LOOP_PARAMETERS: Fault = fault("loop_parameters.rs", "a wrong value");
pub(crate) const MISSING_ELSE: Fault = fault("missing_else.rs", "a wrong value");
pub(crate) const BRANCH_TABLE: Fault = fault("branch_table.rs", "wrong values");
pub(crate) const MEMORY_GROW: Fault = fault("memory_grow.rs", "a trap, or freed memory is reached");

/// Another version may have other faults.
#[test]
fn the_table_is_about_this_version() {
    let lock = include_str!("../../../Cargo.lock");
    let entry = format!("name = \"wasmi\"\nversion = \"{VERSION}\"\n");
    assert!(lock.contains(&entry), "look for the faults anew, then name the version here");
}
