//! Backtraces of guests in Rust and in C have functions, files and lines.

use crate::project::{TARGET, run, succeed};
use std::path::{Path, PathBuf};
use std::process::Command;

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../host-tests/guests/failing").join(name)
}

/// The functions of a backtrace, each with its place in `file`, if it is there.
fn frames(stderr: &str, file: &str) -> Vec<(String, String)> {
    let mut frames = Vec::new();
    let mut lines = stderr.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((_, function)) = line.split_once(".wasm!") else { continue };
        let place = lines.next_if(|line| line.trim_start().starts_with("at "));
        let place = place.and_then(|place| place.split_once(file)).map(|(_, place)| place);
        frames.push((function.to_owned(), place.unwrap_or_default().to_owned()));
    }
    frames
}

fn frame(function: &str, place: &str) -> (String, String) {
    (function.to_owned(), place.to_owned())
}

#[test]
fn rust() {
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("fail.wasm");
    let mut rustc = Command::new("rustc");
    rustc.args(["--target", TARGET, "-g", "-Copt-level=1", "-Cpanic=abort", "--edition=2024"]);
    rustc.args(["--crate-type=cdylib", "-Clink-arg=-zstack-size=1024"]);
    succeed(rustc.arg(source("fail.rs")).arg("-o").arg(&module));
    let ran = run(&module, &["--backtrace", "--invoke", "run", "3", "4"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    let frames = frames(&ran.stderr, "/fail.rs:");
    let begin = frames.iter().position(|(function, _)| function == "fail::look_up");
    let expected =
        [frame("fail::look_up", "14:5"), frame("fail::sum", "19:18"), frame("run", "24:5")];
    assert_eq!(frames[begin.unwrap()..], expected, "{ran:?}");
    assert!(frames.iter().any(|(name, _)| name == "core::panicking::panic_bounds_check"));
}

#[test]
fn c() {
    let folder = tempfile::tempdir().unwrap();
    let module = folder.path().join("fail.wasm");
    let object = folder.path().join("fail.o");
    let clang = || {
        let mut clang = Command::new("clang");
        clang.arg("--target=wasm32");
        clang
    };
    // Asked to optimize and to link at once, clang runs wasm-opt where it is installed, and the names are lost.
    succeed(clang().args(["-g", "-O1", "-c"]).arg(source("fail.c")).arg("-o").arg(&object));
    let mut link = clang();
    link.args(["-nostdlib", "-Wl,--no-entry", "-Wl,-zstack-size=1024"]);
    succeed(link.arg(&object).arg("-o").arg(&module));
    let ran = run(&module, &["--backtrace", "--invoke", "run", "3", "1000000"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    let expected = [frame("look_up", "6:12"), frame("sum", "10:25"), frame("run", "14:12")];
    assert_eq!(frames(&ran.stderr, "/fail.c:"), expected, "{ran:?}");
}
