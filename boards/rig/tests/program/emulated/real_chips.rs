//! What a guest on a real chip leaves: the image that `rig flash` writes, on an emulated chip whose log a debug probe
//! reads, and what `rig flash` and `rig coredump` make of it.
#![cfg(unix)]

use super::Modules;
use super::coredump::{Dump, read};
use super::debug_probe::log;
use crate::support::{Ran, command, rig};
use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

const GUEST: &str = r#"(module
    (import "env" "print_i32" (func $print (param i32)))
    (memory 1 2)
    (global (mut i32) (i32.const 5))
    (data (i32.const 0x1234) "private")
    (func (export "main") (param i32)
        (call $print (local.get 0))
        (global.set 0 (i32.const -7))
        (call $fail (i32.const 3)))
    (func $fail (param i32) (local i64) unreachable))"#;

const CALL: [&str; 3] = ["--invoke", "main", "41"];

/// A probe that is read for ever, and has seen a log.
const PROBE: &str = "#!/bin/sh
[ \"$1\" = run ] || exit 0
echo \"$@\" > \"${0%/*}/asked\"
cat \"${0%/*}/log\"
[ -e \"${0%/*}/lost\" ] || exec sleep 600
";

struct Chip {
    modules: Modules,
    guest: String,
    /// What the image logs.
    lines: Vec<String>,
    elf: String,
}

impl Chip {
    fn new() -> Self {
        let modules = Modules::new();
        let guest = modules.file("failing.wat", GUEST);
        let built = rig(&[
            &["build", guest.as_str(), "--board", "stm32f405", "--coredump"],
            CALL.as_slice(),
        ]
        .concat());
        assert_eq!(built.code, Some(0), "{built:?}");
        let elf = built.stdout.trim_end().to_owned();
        let lines = log("netduinoplus2", Path::new(&elf));
        Self { modules, guest, lines, elf }
    }

    /// Reads these lines, in vain.
    fn refused(&self, lines: &[String], expected: &str) {
        let (log, file) = (self.modules.file("log", text(lines)), self.path("none"));
        let ran = rig(&["coredump", &self.guest, "--from", &log, "-o", &file]);
        let error = format!("error: no core dump: {file}: {expected}\n");
        assert_eq!(ran.code, Some(1), "{ran:?}");
        assert!(ran.stderr.ends_with(&error), "{ran:?}");
        assert!(!Path::new(&file).exists());
    }

    fn flash(&self) -> Ran {
        let paths = env::var_os("PATH").unwrap();
        let folder = self.modules.0.path().to_owned();
        let path = env::join_paths(std::iter::once(folder).chain(env::split_paths(&paths)));
        let core = self.path("flashed");
        let words = ["flash", &self.guest, "--board", "stm32f405", "--coredump", &core];
        let mut command = command(&[words.as_slice(), &CALL].concat());
        command.env("PATH", path.unwrap()).output().unwrap().into()
    }

    fn path(&self, name: &str) -> String {
        self.modules.0.path().join(name).to_str().unwrap().to_owned()
    }
}

/// A log of these lines.
fn text(lines: &[String]) -> String {
    lines.iter().flat_map(|line| [line.as_str(), "\n"]).collect()
}

fn check(dump: &Dump) {
    assert_eq!((dump.name.as_str(), &*dump.memories), ("failing.wat", &[(1, None)][..]));
    assert_eq!(dump.globals, [u64::from((-7_i32).cast_unsigned())]);
    assert_eq!(dump.frames.iter().map(|it| it.0).collect::<Vec<_>>(), [2, 1]);
    let row = dump.data.iter().find(|(_, start, _)| *start == 0x1200).unwrap();
    assert_eq!(&row.2[0x34..0x3b], b"private");
}

#[test]
fn a_guest_on_a_chip_leaves_a_core_dump() {
    let chip = Chip::new();
    let said = |text: &str| chip.lines.iter().any(|line| line == text);
    assert!(said("41") && said("[ERROR] unreachable: \"main\""), "{:?}", chip.lines);

    // Its log in a file.
    let (file, core) = (chip.modules.file("log", text(&chip.lines)), chip.path("core"));
    let ran = rig(&["coredump", &chip.guest, "--from", &file, "--output", &core]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    assert!(ran.stderr.starts_with("wasm backtrace:\n    0: "), "{ran:?}");
    assert!(ran.stderr.contains(" - failing.wat!fail\n"), "{ran:?}");
    check(&read(&fs::read(&core).unwrap()));

    // The log while the chip runs.
    let probe = chip.modules.file("probe-rs", PROBE);
    fs::set_permissions(&probe, fs::Permissions::from_mode(0o755)).unwrap();
    let flashed = chip.flash();
    assert_eq!(flashed.code, Some(1), "{flashed:?}");
    let shown = flashed.stdout.lines().any(|line| line == "41");
    assert!(shown && !flashed.stdout.contains("core: "), "{flashed:?}");
    assert!(flashed.stdout.ends_with("[INFO ] end: status 1\n"), "{flashed:?}");
    assert!(flashed.stderr.ends_with(&ran.stderr), "{flashed:?}");
    assert_eq!(fs::read(chip.path("flashed")).unwrap(), fs::read(&core).unwrap());
    let asked = fs::read_to_string(chip.path("asked")).unwrap();
    assert_eq!(asked, format!("run --chip STM32F405RG {}\n", chip.elf));

    // What is lost, altered or cut off.
    let row = chip.lines.iter().position(|line| line.starts_with("core: 1200 ")).unwrap();
    let frame = chip.lines.iter().position(|line| line.trim_start().starts_with("1: ")).unwrap();
    let end = chip.lines.iter().position(|line| line.starts_with("core: end ")).unwrap();
    for cut in [frame, row, end] {
        chip.refused(&chip.lines[..cut], "the log ends before it does");
    }
    let sent = chip.lines[end].split(' ').nth(2).unwrap().parse::<u32>().unwrap();
    for lost in [frame, row] {
        let lines = [&chip.lines[..lost], &chip.lines[lost + 1..]].concat();
        let found = sent - 1;
        let expected = format!("the log has {found} lines of it, and the chip sent {sent}");
        chip.refused(&lines, &expected);
    }
    for (altered, digit) in [(row, "0"), (end, "0")] {
        let mut lines = chip.lines.clone();
        let kept = lines[altered].strip_suffix(|_: char| true).unwrap();
        let other = if lines[altered].ends_with(digit) { "1" } else { digit };
        lines[altered] = format!("{kept}{other}");
        chip.refused(&lines, "the log was damaged: its checksum is another");
    }
    fs::remove_file(chip.path("flashed")).unwrap();
    chip.modules.file("lost", "");
    chip.modules.file("log", text(&chip.lines[..row]));
    let flashed = chip.flash();
    assert_eq!(flashed.code, Some(1), "{flashed:?}");
    let error =
        format!("error: no core dump: {}: the log ends before it does\n", chip.path("flashed"));
    assert!(flashed.stderr.ends_with(&error), "{flashed:?}");
    assert!(!Path::new(&chip.path("flashed")).exists());
}

#[test]
fn a_log_without_a_backtrace_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (guest, log) = (path("guest.wat"), path("log"));
    fs::write(&guest, "(module)").unwrap();
    let missing = rig(&["coredump", &guest, "--from", &log]);
    assert!(missing.stderr.starts_with(&format!("error: cannot read {log}: ")), "{missing:?}");
    fs::write(&log, b"core: 0 01\n\xff\nresult: 3\n").unwrap();
    let ran = rig(&["coredump", &guest, "--from", &log]);
    let expected = format!("error: no backtrace in the log: {log}\n");
    assert_eq!((ran.code, ran.stderr), (Some(1), expected));
}
