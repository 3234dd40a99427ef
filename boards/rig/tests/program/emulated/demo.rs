//! `rig demo`

use super::{build_firmware, demo, demo_record};
use std::fs;

/// The program's output on the default board, without the log lines between.
///
/// `VELLUM_OVERWRITE=1` writes the file anew.
#[test]
fn the_examples_show_what_is_on_record() {
    build_firmware();
    let (output, logs) = demo(&[]);
    assert!(logs.iter().any(|line| line.contains("mps2-an386") && line.contains("Cortex-M4F")));
    if std::env::var_os("VELLUM_OVERWRITE").is_some() {
        fs::write(demo_record(), &output).unwrap();
    }
    assert_eq!(output, fs::read_to_string(demo_record()).unwrap());
}
