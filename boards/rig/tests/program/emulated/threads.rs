//! Programs with threads that real toolchains built, on the chip.

use super::{build_firmware, reported, workspace};
use crate::support::{Ran, rig};

fn run(guest: &str, arguments: &[&str]) -> Ran {
    build_firmware();
    let module = workspace().join("boards/scenarios/guests").join(guest).join("threads.wasm");
    rig(&[&["run", module.to_str().unwrap()], arguments].concat())
}

/// Runs a guest that needs no flags, and with slices from the shortest on.
fn check(guest: &str, shown: &str) {
    let slices = [None, Some("1"), Some("7"), Some("1000"), Some("100000")];
    for slice in slices {
        let arguments: Vec<&str> = slice.iter().flat_map(|slice| ["--slice", slice]).collect();
        let ran = run(guest, &arguments);
        let found = (ran.code, ran.stdout.as_str(), ran.stderr.as_str());
        assert_eq!(found, (Some(0), shown, ""), "{slice:?}");
    }
}

#[test]
fn a_c_program_with_a_futex_lock_and_thread_local_storage() {
    check("threads-c", "counter 6000\nsum 3000\nthread 1007\nthread 2007\nthread 3007\nmain 7\n");
}

#[test]
fn a_rust_program_with_the_standard_library() {
    check("threads-rust", "counter 300 messages 15 squares 14\n");
}

#[test]
fn each_program_has_one_page() {
    for guest in ["threads-c", "threads-rust"] {
        let ran = run(guest, &["--report"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        for what in ["memory reserved", "memory in use"] {
            assert_eq!(reported(&ran, what), Some(65_536), "{ran:?}");
        }
    }
}

#[test]
fn a_program_with_threads_runs_out_of_fuel_too() {
    let ran = run("threads-rust", &["--fuel", "20000"]);
    let line = "error: out of fuel: \"_start\"\nhelp: --backtrace shows where in the guest\n";
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (Some(1), "", line));
}

#[test]
fn a_slice_is_at_least_one_unit() {
    let ran = run("threads-c", &["--slice", "0"]);
    assert_eq!((ran.code, ran.stderr.lines().count()), (Some(2), 1), "{ran:?}");
}
