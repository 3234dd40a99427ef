//! A firmware outside of the workspace whose build script is that of the page about projects of one's own:
//! its guest is embedded, or fails the build.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::{env, fs};
use tempfile::TempDir;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The block of the page that begins with this line.
fn block(first: &str) -> String {
    let page = fs::read_to_string(root().join("runtime/docs/outside.md")).expect("the page");
    let found = page.split("```").find(|block| block.lines().nth(1) == Some(first));
    found
        .unwrap_or_else(|| panic!("no block: {first}"))
        .lines()
        .skip(1)
        .collect::<Vec<_>>()
        .join("\n")
}

struct Firmware {
    folder: TempDir,
}

impl Firmware {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let firmware = Self { folder };
        let path = fs::canonicalize(root().join("runtime/build")).expect("the crate");
        let path = path.to_str().expect("a path that is text");
        let dependency = block("[build-dependencies]").replace("PATH/runtime/build", path);
        let package = "[package]\nname = \"firmware\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
        firmware.write("Cargo.toml", format!("{package}{dependency}\n[workspace]\n"));
        firmware.write("build.rs", block("// build.rs"));
        let main = "fn main() { print!(\"{}\", BLINK.len()) }\n";
        firmware.write("src/main.rs", block("// src/main.rs") + "\n" + main);
        // The versions that are there, so that nothing is downloaded.
        fs::copy(root().join("Cargo.lock"), firmware.path("Cargo.lock")).expect("the lock file");
        firmware
    }

    fn path(&self, file: &str) -> PathBuf {
        self.folder.path().join(file)
    }

    fn write(&self, file: &str, content: impl AsRef<[u8]>) {
        let path = self.path(file);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
        fs::write(path, content).expect("a new file");
    }

    fn run(&self, guest: impl AsRef<[u8]>) -> Output {
        self.write("guests/blink.wasm", guest);
        let mut cargo = Command::new("cargo");
        for (name, _) in env::vars_os() {
            if name.to_string_lossy().starts_with("CARGO") && name != "CARGO_HOME" {
                cargo.env_remove(name);
            }
        }
        cargo.args(["run", "--quiet", "--offline", "--target-dir", env!("CARGO_TARGET_TMPDIR")]);
        cargo.current_dir(self.folder.path()).output().expect("cargo starts")
    }
}

fn module(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("a valid text")
}

#[test]
fn a_guest_is_embedded_or_fails_the_build() {
    let firmware = Firmware::new();
    let fits = module(r#"(module (memory 1 1024 (pagesize 1)) (func (export "blink")))"#);
    let run = firmware.run(&fits);
    let stderr = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{stderr}");
    let length: usize = String::from_utf8_lossy(&run.stdout).parse().expect("a length");
    // It has been prepared.
    assert!(length > fits.len() && length < 2048, "{length}");

    let code = "(func (drop (i32.add (i32.const 1) (i32.const 2))))".repeat(900);
    let heavy = module(&format!("(module (memory 1) {code})"));
    for (guest, errors) in [
        (module("(module (memory 1 1))"), &["over budget: memory 65,536 of 4,096 bytes\n"][..]),
        (
            heavy,
            &[
                "over budget: flash ",
                " of 2,048 bytes, memory without a maximum of 4,096 bytes, heap ",
            ],
        ),
        (b"\0asm".to_vec(), &["invalid module: "]),
    ] {
        let run = firmware.run(&guest);
        let stderr = String::from_utf8_lossy(&run.stderr);
        assert!(!run.status.success() && run.stdout.is_empty(), "{stderr}");
        assert!(stderr.contains("error: firmware@0.1.0: guests/blink.wasm: "), "{stderr}");
        for error in errors {
            assert!(stderr.contains(error), "{error}: {stderr}");
        }
    }
    // As soon as it fits, all is well again.
    assert!(firmware.run(&fits).status.success());

    firmware.write("build.rs", block("// build.rs").replace("blink.wasm", "missing.wasm"));
    let run = firmware.run(&fits);
    let stderr = String::from_utf8_lossy(&run.stderr);
    assert!(stderr.contains("error: firmware@0.1.0: guests/missing.wasm: "), "{stderr}");
}
