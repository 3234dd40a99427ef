//! Instrumented modules give what the original ones gave, and say where they failed as `wasmtime` says it of
//! the original ones: functions and offsets of all frames.

mod cases;
mod several;

use vellum_host_tests::programs::{
    Case, Compared, Program, Reference, Setup, Tally, real_modules, real_programs,
};
use vellum_instrument::{InstrumentError, InstrumentOptions, Symbols, instrument};

/// Runs programs, and sums up what was compared.
fn compare(programs: &[(String, Program)], setups: &[Setup]) -> Tally {
    let compared = Reference::with_backtraces().compare_all(programs, setups);
    let Compared { tally, refused, differences } = compared;
    println!("{tally:?}");
    assert_eq!(differences, [""; 0]);
    assert!(refused < 30, "{refused} programs");
    tally
}

#[test]
fn modules_of_the_suite_and_of_the_scenarios() {
    let tally = compare(&real_programs(), &[Setup::INSTRUMENTED]);
    assert!(tally.modules > 500 && tally.calls > 5000 && tally.traps > 300, "{tally:?}");
    assert!(tally.backtraces[0] > 300, "{tally:?}");
}

#[test]
fn random_programs() {
    let first = fastrand::u64(..1 << 40);
    let cases = (first..first + 100).filter_map(|seed| Some((seed, Case::of(seed)?)));
    let programs: Vec<_> =
        cases.map(|(seed, case)| (format!("seed {seed}"), case.program)).collect();
    let tally = compare(&programs, &[Setup::INSTRUMENTED, Setup::PROFILED]);
    assert!(tally.calls > 300 && tally.backtraces[0] > 30, "{tally:?}");
}

/// Nothing makes the instrumenter panic, nor what reads names.
#[test]
fn invalid_and_hostile_modules() {
    let modules = real_modules();
    let options = InstrumentOptions::new();
    let more = options.clone().core_dump(true).profile(1000);
    let mut good = 0;
    for (name, module) in &modules {
        if instrument(module, &options).is_ok() {
            good += 1;
            let written = instrument(module, &more);
            // One has as many exports as there may be.
            let is_known = matches!(written, Ok(_) | Err(InstrumentError::Limit { .. }));
            assert!(is_known, "{name}: {written:?}");
        }
    }
    assert!(good > 1000 && modules.len() - good > 1000, "{good} of {}", modules.len());
    let named = modules.iter().filter(|(_, module)| Symbols::of(module).is_ok()).count();
    assert!(named > good, "{named}");
}
