//! Guests on `vellum-guest` on the emulated chip.

use crate::project::{cargo, run, succeed};
use std::fs;
use std::path::Path;
use std::process::Command;
use wasmparser::{Parser, Payload};

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

/// The header that `interface!` gives, with the clang that the other guests in C are built by.
#[test]
fn a_guest_in_c_imports_what_the_header_declares() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../host-tests/guests/interface/c");
    let built = tempfile::tempdir().unwrap();
    let module = built.path().join("main.wasm");
    let mut clang = Command::new("clang");
    clang.args(["--target=wasm32", "-ffreestanding", "-nostdlib", "-Os", "-Wall", "-Werror"]);
    clang.args(["-Wl,--no-entry", "-Wl,--export=draw", "-o"]).arg(&module).arg("main.c");
    succeed(clang.current_dir(folder));
    let wasm = fs::read(&module).unwrap();
    let mut imports = Vec::new();
    for payload in Parser::new(0).parse_all(&wasm) {
        if let Payload::ImportSection(section) = payload.unwrap() {
            imports.extend(section.into_iter().map(|import| {
                let import = import.unwrap();
                format!("{} {}", import.module, import.name)
            }));
        }
    }
    imports.sort();
    let expected = ["brighten", "clear", "draw", "next", "show"];
    assert_eq!(imports, expected.map(|name| format!("display {name}")));
    let ran = run(&module, &["--invoke", "draw"]);
    assert!(ran.code == Some(1) && ran.stderr.contains(r#""display"."brighten""#), "{ran:?}");
}
