//! `rig demo`

use super::{build_firmware, workspace};
use crate::support::rig;
use std::fs;

/// The program's output on the default board, without the log lines between.
///
/// `VELLUM_OVERWRITE=1` writes the file anew.
#[test]
fn the_examples_show_what_is_on_record() {
    build_firmware();
    let ran = rig(&["demo"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let (logs, output): (Vec<&str>, Vec<&str>) =
        ran.stdout.split_inclusive('\n').partition(|line| line.starts_with('['));
    assert!(logs.iter().any(|line| line.contains("mps2-an386") && line.contains("Cortex-M4F")));
    let (output, path) = (output.concat(), workspace().join("boards/scenarios/demo.txt"));
    if std::env::var_os("VELLUM_OVERWRITE").is_some() {
        fs::write(&path, &output).unwrap();
    }
    assert_eq!(output, fs::read_to_string(&path).unwrap());
}
