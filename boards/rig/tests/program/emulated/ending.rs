//! Runs that are ended from outside.

use super::Modules;
use crate::support::{command, rig};
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};
use std::{fs, thread};

const ENDLESS: &str = r#"(module (func (export "f") (loop (br 0))))"#;

#[test]
fn the_time_limit_is_exit_code_124_and_one_line() {
    let modules = Modules::new();
    let file = modules.file("endless.wat", ENDLESS);
    let ran = rig(&["run", &file, "--time-limit", "2", "--invoke", "f"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(124), ""));
    assert_eq!(ran.stderr, "error: time limit: 2 s on mps2-an386\n");
}

/// An endless run that has reached the emulator, which works in `folder`.
fn endless_run(modules: &Modules, folder: &Path) -> Child {
    let file = modules.file("endless.wat", ENDLESS);
    let mut command = command(&["run", &file, "--invoke", "f"]);
    let child = command.env("TMPDIR", folder).spawn().unwrap();
    wait_until(|| !processes_in(folder).is_empty());
    child
}

/// The processes whose working directory is within `folder`.
fn processes_in(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let within = entries.filter(|entry| {
        fs::read_link(entry.path().join("cwd")).is_ok_and(|cwd| cwd.starts_with(folder))
    });
    within.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

fn wait_until(what: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !what() {
        assert!(Instant::now() < end, "nothing happened");
        thread::sleep(Duration::from_millis(20));
    }
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_leaves_nothing_behind() {
    let (modules, folder) = (Modules::new(), tempfile::tempdir().unwrap());
    for signal in ["-INT", "-TERM"] {
        let mut child = endless_run(&modules, folder.path());
        send(signal, &child);
        assert_eq!(child.wait().unwrap().code(), Some(130));
        assert_eq!(processes_in(folder.path()), [""; 0]);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_emulator_dies_with_the_program() {
    let (modules, folder) = (Modules::new(), tempfile::tempdir().unwrap());
    let mut child = endless_run(&modules, folder.path());
    send("-KILL", &child);
    child.wait().unwrap();
    wait_until(|| processes_in(folder.path()).is_empty());
}
