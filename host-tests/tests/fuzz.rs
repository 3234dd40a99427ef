//! The fuzz targets reach what they are about, the same inputs come of a seed, and the command that runs
//! them counts and repeats.

use std::{
    alloc::System,
    collections::BTreeSet,
    env, fs,
    process::{Command, Output},
    sync::LazyLock,
};
use vellum::Heap;
use vellum_host_tests::fuzz::{Inputs, TARGETS, Target, every_instruction};

/// Of the target that is about compartments.
#[global_allocator]
static HEAP: Heap<System> = Heap::new(System);

static INPUTS: LazyLock<Inputs> = LazyLock::new(Inputs::default);

fn fuzz(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_fuzz")).args(words).output().expect("it runs")
}

#[test]
fn a_seed_and_a_number_say_the_input() {
    for target in TARGETS {
        let inputs: BTreeSet<_> = (0..20).map(|number| target.input(&INPUTS, 1, number)).collect();
        assert_eq!(inputs.len(), 20, "{}", target.name);
        assert_eq!(target.input(&INPUTS, 5, 7), target.input(&INPUTS, 5, 7), "{}", target.name);
        assert_ne!(target.input(&INPUTS, 5, 7), target.input(&INPUTS, 6, 7), "{}", target.name);
    }
}

/// All but the bound, whose program takes long to build.
#[test]
fn inputs_get_as_far_as_what_the_target_is_about() {
    for target in TARGETS.iter().filter(|target| target.name != "bound") {
        let reached = (0..60).filter(|number| (target.run)(&target.input(&INPUTS, 2, *number)));
        assert!(reached.count() > 3, "{}", target.name);
    }
}

#[test]
fn another_validator_agrees_on_every_instruction() {
    let count = every_instruction();
    assert!(count > 500_000, "{count}");
}

#[test]
fn the_command_counts_and_repeats() {
    let output = fuzz(&["load", "--seconds", "1"]);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}");
    assert!(text.starts_with("load: ") && text.contains("1 targets, 0 failed (seed 1)"), "{text}");

    let file = env::temp_dir().join(format!("vellum-fuzz-{}", std::process::id()));
    let target = Target::named("load").expect("there is one");
    fs::write(&file, target.input(&INPUTS, 1, 1)).expect("there is room");
    let output = fuzz(&["load", "--input", &file.display().to_string()]);
    fs::remove_file(&file).expect("it was written");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && text.starts_with("load: no failure"), "{text}");
}

#[test]
fn the_command_refuses_what_it_does_not_know() {
    let wrong: [&[&str]; 4] =
        [&["nosuch"], &["--seconds"], &["--seed", "x"], &["load", "api", "--input", "f"]];
    for words in wrong {
        let output = fuzz(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("usage: fuzz"), "{words:?}");
    }
}
