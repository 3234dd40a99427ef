//! The examples of the help texts.

use super::{build_firmware, workspace};
use crate::help::texts;
use crate::support::{Ran, command};

/// What each example prints, or begins to print.
const SHOWN: &[(&str, &str)] = &[
    ("run boards/rig/examples/fac.wat --invoke fac 10", "result: 3628800\n"),
    (
        "run boards/rig/examples/fac.wat --board stm32f405 --report --invoke fac 10",
        "result: 3628800\n| cost ",
    ),
    ("run boards/scenarios/guests/threads-rust/threads.wasm --slice 100", "counter "),
    (
        "batch boards/rig/examples/guests.list",
        "== fac.wat\nresult: 2432902008176640000\n== fac.wat\n\
         == ../../scenarios/guests/threads-c/threads.wasm\ncounter 6000\n",
    ),
    ("budget boards/rig/examples/fac.wat --board stm32f405", "| cost "),
];

#[test]
fn examples_do_what_they_say() {
    build_firmware();
    let texts = texts();
    let lines = texts.iter().flat_map(|text| text.lines());
    let examples: Vec<&str> = lines.filter_map(|line| line.strip_prefix("  cargo rig ")).collect();
    let known: Vec<&str> = SHOWN.iter().map(|(example, _)| *example).collect();
    assert_eq!(examples, known);
    for (example, shown) in SHOWN {
        let words: Vec<&str> = example.split_whitespace().collect();
        let ran: Ran = command(&words).current_dir(workspace()).output().unwrap().into();
        assert_eq!(ran.code, Some(0), "{example}: {ran:?}");
        assert!(ran.stdout.starts_with(shown), "{example}: {ran:?}");
    }
}
