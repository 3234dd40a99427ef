//! Guests on `vellum-guest` on the emulated chip.

use crate::project::{cargo, run, succeed};
use std::path::Path;

#[test]
fn the_allocator_logs_and_panics_on_a_chip() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let kit = root.join("host-tests/guests/kit");
    for page_size in [65_536, 1] {
        let target = tempfile::tempdir().unwrap();
        let (mut build, folder) = cargo(&kit, target.path());
        build.arg("--locked").env("RUSTFLAGS", format!("-Clink-arg=--page-size={page_size}"));
        succeed(&mut build);
        let module = folder.join("kit.wasm");
        let ran = run(&module, &["--invoke", "churn", "7", "100"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "result: 0\n"), "{ran:?}");
        let ran = run(&module, &["--invoke", "log_lines", "-5"]);
        assert_eq!(ran.code, Some(0), "{ran:?}");
        assert!(ran.stdout.starts_with("constant\n-5 and \"é\"\n0123456789"), "{ran:?}");
        let ran = run(&module, &["--invoke", "index", "7"]);
        let expected = "error: panic: index out of bounds: the len is 3 but the index is 7: src/";
        assert!(ran.stderr.starts_with(expected), "{ran:?}");
    }
}
