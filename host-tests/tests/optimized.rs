//! Optimized modules give what the original ones give: results, traps, memories, globals, tables, and the calls
//! of host functions, as `wasmtime` has them of the original ones. Those that are instrumented before tell the same
//! places.

use vellum_host_tests::programs::{
    Case, Compared, Program, Reference, Setup, Tally, real_modules, real_programs,
};
use vellum_optimize::{OptimizeOptions, optimize};

/// Runs programs, and sums up what was compared.
fn compare(programs: &[(String, Program)], setups: &[Setup]) -> Tally {
    let compared = Reference::with_backtraces().compare_all(programs, setups);
    let Compared { tally, refused, differences } = compared;
    println!("{tally:?}, {refused} refused");
    assert_eq!(differences, [""; 0]);
    assert!(refused * 20 <= programs.len(), "{refused} refused");
    tally
}

#[test]
fn modules_of_the_suite_and_of_the_scenarios() {
    let tally = compare(&real_programs(), &[Setup::INSTRUMENTED_OPTIMIZED]);
    assert!(tally.modules > 500 && tally.calls > 5000 && tally.traps > 300, "{tally:?}");
}

#[test]
fn random_programs() {
    let first = fastrand::u64(..1 << 40);
    let cases = (first..first + 150).filter_map(|seed| Some((seed, Case::of(seed)?)));
    let programs: Vec<_> =
        cases.map(|(seed, case)| (format!("seed {seed}"), case.program)).collect();
    let tally = compare(&programs, &[Setup::OPTIMIZED, Setup::INSTRUMENTED_OPTIMIZED]);
    assert!(tally.calls > 300 && tally.backtraces[0] > 50, "{tally:?}");
}

/// Nothing makes the optimizer panic, and what it writes is valid and larger if a loop was unrolled.
#[test]
fn invalid_and_hostile_modules() {
    let optimize = |module: &[u8]| optimize(module, &OptimizeOptions::new()).is_ok();
    let modules = real_modules();
    let good = modules.iter().filter(|(_, module)| optimize(module)).count();
    assert!(good > 1000 && modules.len() - good > 1000, "{good} of {}", modules.len());
}
