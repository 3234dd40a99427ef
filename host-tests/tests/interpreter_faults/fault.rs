//! The faults, and the version of the interpreter that has them.

use std::path::Path;

/// The version of the interpreter that the table is about.
const VERSION: &str = "2.0.0";

/// A fault of the interpreter.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fault {
    /// What mends it, in `runtime/prepare/src/mend`.
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
pub(crate) const MISSING_ELSE: Fault = fault("if_parameters.rs", "a wrong value");
pub(crate) const BRANCH_TABLE: Fault = fault("branch_table.rs", "wrong values");
pub(crate) const MEMORY_GROW: Fault = fault("memory_grow.rs", "a trap, or freed memory is reached");
pub(crate) const ELSE_PARAMETERS: Fault = fault("if_parameters.rs", "a failed assertion");

/// Another version may have other faults.
#[test]
fn the_table_is_about_this_version() {
    let lock = include_str!("../../../Cargo.lock");
    let entry = format!("name = \"wasmi\"\nversion = \"{VERSION}\"\n");
    assert!(lock.contains(&entry), "look for the faults anew, then name the version here");
}

#[test]
fn what_mends_them_is_there() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime/prepare/src/mend");
    for fault in [
        TAIL_CALL,
        SELECT,
        STORE,
        BLOCK_PARAMETERS,
        LOOP_PARAMETERS,
        MISSING_ELSE,
        ELSE_PARAMETERS,
        BRANCH_TABLE,
        MEMORY_GROW,
    ] {
        let file = Path::new(folder).join(fault.mending);
        assert!(file.is_file(), "{}", file.display());
    }
}

#[test]
fn the_inputs_of_the_reports_are_modules() {
    let text = include_str!("../../../runtime/docs/interpreter.md");
    let inputs: Vec<_> =
        text.split("```wat\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(inputs.len(), 9, "one for each fault");
    for input in inputs {
        wat::parse_str(input).expect(input);
    }
}
