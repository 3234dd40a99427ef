//! Modules in parts give what they gave in one piece: results, traps, memories, globals, tables, and
//! the calls of host functions. Both are run by wasmtime, with a loader of a few lines.

use vellum_host_tests::programs::{
    Case, PartsTally, Program, Reference, real_modules, real_programs, ten_programs,
};
use vellum_split::{SplitOptions, split};

/// One function a part, a few, and as many as fit what is usual.
const PART_BYTES: [usize; 3] = [1, 64, 1024];

/// Fuel of a call of a program that may never end.
const FUEL: u64 = 300_000;

/// Runs programs, each in parts of the next size, and sums up what was compared.
fn compare(programs: &[(String, Program)], fuel: u64) -> PartsTally {
    let reference = Reference::default();
    let mut sum = PartsTally::default();
    for ((name, program), bytes) in programs.iter().zip(PART_BYTES.into_iter().cycle()) {
        let compared = reference.compare_parts(program, bytes, fuel);
        let PartsTally { tally, loaded } = compared
            .unwrap_or_else(|difference| panic!("{name} in parts of {bytes} bytes: {difference}"));
        sum.loaded += loaded;
        sum.tally.modules += tally.modules;
        sum.tally.calls += tally.calls;
        sum.tally.traps += tally.traps;
        sum.tally.exhausted += tally.exhausted;
    }
    println!("{sum:?}");
    sum
}

#[test]
fn modules_of_the_suite_and_of_the_scenarios() {
    let PartsTally { tally, loaded } = compare(&real_programs(), FUEL);
    assert!(tally.modules > 500 && tally.calls > 5000 && tally.traps > 300, "{tally:?}");
    assert!(loaded > 1000, "{loaded} parts");
}

/// Nothing makes the splitter panic.
#[test]
fn invalid_and_hostile_modules() {
    let split = |module: &[u8]| split(module, &SplitOptions::new().part_bytes(64)).is_ok();
    let modules = real_modules();
    let good = modules.iter().filter(|(_, module)| split(module)).count();
    assert!(good > 1000 && modules.len() - good > 1000, "{good} of {}", modules.len());
}

#[test]
fn the_ten_programs() {
    let PartsTally { tally, loaded } = compare(&ten_programs(), 1 << 40);
    assert_eq!((tally.calls, tally.traps, tally.exhausted), (20, 0, 0));
    assert!(loaded > 300, "{loaded} parts");
}

#[test]
fn random_programs() {
    let first = fastrand::u64(..1 << 40);
    let cases = (first..first + 60).filter_map(|seed| Some((seed, Case::of(seed)?)));
    let programs: Vec<_> =
        cases.map(|(seed, case)| (format!("seed {seed}"), case.program)).collect();
    let PartsTally { tally, loaded } = compare(&programs, FUEL);
    assert!(tally.calls > 300 && loaded > 100, "{tally:?}, {loaded} parts");
}
