//! A panic of the firmware's runner ends the boot, and its report says what was being done with which
//! module. A program of its own, because it needs the image that also tests.
#![cfg(feature = "emulated")]

#[path = "program/support.rs"]
mod support;

use std::sync::OnceLock;
use support::rig;
use tempfile::TempDir;

const GUEST: &str = r#"(module
    (func (export "f") (result i32) (i32.const 42))
    (func (export "_start")))"#;

/// Modules in files.
struct Modules(TempDir);

impl Modules {
    /// Builds the firmware too, once, so that no test sees cargo at work.
    fn new() -> Self {
        static BUILT: OnceLock<()> = OnceLock::new();
        let modules = Self(tempfile::tempdir().unwrap());
        BUILT.get_or_init(|| {
            let ran = rig(&["run", "--tests", &modules.file("good.wat", GUEST), "--invoke", "f"]);
            assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "result: 42\n"), "{ran:?}");
        });
        modules
    }

    /// Writes a file and gives its path.
    fn file(&self, name: &str, content: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

/// The report without the address, which must be one.
fn report(line: &str) -> &str {
    let (report, address) = line.trim_end().rsplit_once(": called from 0x").expect(line);
    assert!(u32::from_str_radix(address, 16).is_ok_and(|address| address != 0), "{line}");
    report
}

#[test]
fn a_run_tells_the_step_and_the_module() {
    let modules = Modules::new();
    for (step, function, doing, shown) in [
        ("loading", "f", "loading", ""),
        ("instantiating", "f", "instantiating", ""),
        ("calling", "f", "calling \"f\" of", ""),
        ("calling", "_start", "calling \"_start\" of", ""),
        ("unloading", "f", "unloading", "result: 42\n"),
    ] {
        let file = modules.file(&format!("panic-while-{step}.wat"), GUEST);
        let invoke: &[&str] = if function == "_start" { &[] } else { &["--invoke", function] };
        let ran = rig(&[&["run", "--tests", file.as_str()], invoke].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), shown), "{ran:?}");
        assert_eq!(ran.stderr.lines().count(), 1, "{ran:?}");
        assert_eq!(report(&ran.stderr), format!("error: panicked: {doing} \"{file}\""));
    }
}

#[test]
fn a_batch_tells_the_job_too_and_ends() {
    let modules = Modules::new();
    modules.file("good.wat", GUEST);
    modules.file("panic-while-calling.wat", GUEST);
    let list = modules.file(
        "all.list",
        "good.wat --invoke f\n# comment\nmissing.wasm\n\npanic-while-calling.wat\n\
         panic-while-calling.wat --invoke f\ngood.wat\n",
    );
    let ran = rig(&["batch", "--tests", &list]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert_eq!(
        ran.stdout,
        "== good.wat\nresult: 42\n== missing.wasm\n== panic-while-calling.wat\n"
    );
    let errors: Vec<&str> = ran.stderr.lines().collect();
    let [missing, panicked, ended] = errors.as_slice() else { panic!("{ran:?}") };
    assert!(missing.starts_with("error: cannot read module: "), "{missing}");
    let expected = "error: panicked: calling \"_start\" of \"panic-while-calling.wat\", job 3";
    assert_eq!(report(panicked), expected);
    assert_eq!(*ended, "error: firmware ended with status 101: mps2-an386");
}
