//! The starter firmware, copied to a folder outside the repository as the README says, builds there and
//! runs in the emulator: with Vellum at a path, and from a git repository. A program of its own, because
//! it takes builds of all that a firmware needs. A third copy takes only signed guests.
#![cfg(feature = "emulated")]

#[path = "../src/interpreter_loop.rs"]
mod interpreter_loop;
#[path = "program/support.rs"]
mod support;

use std::env;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;
use support::{Ran, rig};

/// What the firmware prints.
const BLINKS: &str = "led 1\nled 0\nled 1\nled 1\n4 blinks\n";

/// Runs the firmware as its user does, and blinks.
fn run(firmware: &Path, home: Option<&Path>) {
    let ran = ran(firmware, home);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), BLINKS), "{}", ran.stderr);
}

/// Fails if the interpreter's loop in the firmware was not compiled for speed.
fn is_fast(firmware: &Path) {
    let target = env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| firmware.join("target"));
    let elf = fs::read(target.join("thumbv7em-none-eabihf/release/starter")).unwrap();
    interpreter_loop::check(&elf).unwrap();
}

/// Runs the firmware as its user does, with another folder for what cargo downloads if one is given.
fn ran(firmware: &Path, home: Option<&Path>) -> Ran {
    cargo(firmware, home, &["run", "--release"])
}

fn cargo(firmware: &Path, home: Option<&Path>, arguments: &[&str]) -> Ran {
    let mut cargo = Command::new("cargo");
    cargo.args(arguments).current_dir(firmware);
    // Cargo runs this test: what it says of the package and of the profile is not for another cargo.
    for (name, _) in env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        let is_kept = ["CARGO_HOME", "CARGO_TARGET_DIR"].contains(&name.as_str());
        if name.starts_with("CARGO") && !is_kept {
            cargo.env_remove(name);
        }
    }
    if let Some(home) = home {
        cargo.env("CARGO_HOME", home);
    }
    cargo.output().unwrap().into()
}

#[test]
fn a_copy_runs_in_the_emulator() {
    let folder = tempfile::tempdir().unwrap();
    let firmware = folder.path().join("firmware");
    let ran = rig(&["new", firmware.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.ends_with("firmware: run it there by `cargo run --release`\n"), "{ran:?}");

    let lock = fs::read(firmware.join("Cargo.lock")).unwrap();
    run(&firmware, None);
    is_fast(&firmware);
    assert_eq!(fs::read(firmware.join("Cargo.lock")).unwrap(), lock, "the lock file is not fresh");

    overflows(&firmware);
}

/// What is left of a firmware whose own stack overflows: it starts again and says so. The second time
/// it ends.
fn overflows(firmware: &Path) {
    let main = firmware.join("src/main.rs");
    let text = fs::read_to_string(&main).unwrap();
    let end = "    semihosting::process::exit(0)\n";
    assert_eq!(text.matches(end).count(), 1, "{text}");
    let deeper = "fn deeper(depth: u32) -> u32 {
        core::hint::black_box(depth) + if depth == u32::MAX { 0 } else { deeper(depth + 1) + depth }
    }";
    let text = text.replace(end, &format!("    println!(\"{{}}\", deeper(0));\n{end}"));
    fs::write(&main, format!("{text}\n#[inline(never)]\n{deeper}\n")).unwrap();
    let ran = ran(firmware, None);
    let expected = format!("{BLINKS}the last boot failed: stack overflow\n{BLINKS}");
    assert_eq!((ran.code, ran.stdout), (Some(101), expected), "{}", ran.stderr);
}

/// Signs the guest of a firmware.
fn sign(firmware: &Path, key: &Path, version: &str) -> Vec<u8> {
    let text = |path: PathBuf| path.to_str().unwrap().to_owned();
    let (guest, output) = (firmware.join("src/guest.wasm"), firmware.join("src/guest.signed.wasm"));
    let ran = rig(&[
        "sign",
        &text(guest),
        "--key",
        &text(key.to_owned()),
        "--version",
        version,
        "-o",
        &text(output.clone()),
    ]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    fs::read(output).unwrap()
}

/// A signed module, signed again with a bound in a format that this version of the runtime can't read.
fn of_another_version(signed: &[u8], key: &Path) -> Vec<u8> {
    let mut module = signed[..signed.len() - vellum_sign::SECTION_BYTES].to_vec();
    let name = b"vellum.bound";
    let at = place(&module, name) + name.len();
    module[at] += 1;
    let key = vellum_sign::PrivateKey::from_pem(&fs::read_to_string(key).unwrap()).unwrap();
    vellum_sign::sign(&module, vellum_prepare::VERSION, 1, &key)
}

/// The one place of some bytes.
fn place(image: &[u8], bytes: &[u8]) -> usize {
    let mut found = (0..image.len()).filter(|at| image[*at..].starts_with(bytes));
    let first = found.next().expect("it is in the image");
    assert_eq!(found.next(), None, "it is there once");
    first
}

#[test]
fn a_copy_without_validation_runs_only_what_is_signed() {
    let folder = tempfile::tempdir().unwrap();
    let firmware = folder.path().join("firmware");
    let ran = rig(&["new", firmware.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let keys = ["key.pem", "other.pem"].map(|name| folder.path().join(name));
    for key in &keys {
        assert_eq!(rig(&["keygen", "-o", key.to_str().unwrap()]).code, Some(0));
    }
    fs::copy(folder.path().join("key.pub"), firmware.join("src/key.pub")).unwrap();
    let signed = sign(&firmware, &keys[0], "1");

    // What is there instead of the signed module, in the same place: the image is linked once.
    let mut others = vec![(signed.clone(), BLINKS)];
    let wrong = "error: wrong signature: another key signed the module, or its bytes differ\n";
    for at in [0, 8, 40, signed.len() - 73, signed.len() - 65, signed.len() - 64, signed.len() - 1]
    {
        let mut flipped = signed.clone();
        flipped[at] ^= 0x10;
        others.push((flipped, wrong));
    }
    let firmware_of = |version| sign(&firmware, &keys[0], version);
    others.push((firmware_of("0"), "error: version 0 of the module is older than 1\n"));
    others.push((firmware_of("18446744073709551615"), BLINKS));
    others.push((sign(&firmware, &keys[1], "1"), wrong));
    let unsigned = "error: the module is not signed, or in another format: use `vellum sign`\n";
    others.push((vec![0; signed.len()], unsigned));

    let unstated = "error: invalid module: byte 0: the module does not state the heap that it takes: sign it again\n";
    others.push((of_another_version(&signed, &keys[0]), unstated));

    fs::write(firmware.join("src/guest.signed.wasm"), &signed).unwrap();
    let target = folder.path().join("target");
    let build = ["build", "--release", "--no-default-features", "--features", "signed"];
    let ran =
        cargo(&firmware, None, &[&build[..], &["--target-dir", target.to_str().unwrap()]].concat());
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let elf = target.join("thumbv7em-none-eabihf/release/starter");
    let image = fs::read(&elf).unwrap();
    let at = place(&image, &signed);
    for (module, expected) in others {
        let mut image = image.clone();
        image[at..at + module.len()].copy_from_slice(&module);
        fs::write(&elf, image).unwrap();
        let mut emulator = Command::new("timeout");
        emulator.args(["60", "qemu-system-arm", "-machine", "mps2-an386", "-display", "none"]);
        emulator.args(["-monitor", "none", "-serial", "none"]);
        emulator.args(["-semihosting-config", "enable=on,target=native", "-kernel"]);
        let ran: Ran = emulator.arg(&elf).output().unwrap().into();
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), expected), "{}", ran.stderr);
    }
}

/// What `git` prints in a folder.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut git = Command::new("git");
    git.args(["-c", "user.name=Test", "-c", "user.email=test@localhost"]).args(arguments);
    let ran: Ran = git.current_dir(folder).output().unwrap().into();
    assert_eq!(ran.code, Some(0), "git {arguments:?}: {ran:?}");
    ran.stdout
}

/// A repository of the files of this checkout as they are now, and its URL.
fn repository(folder: PathBuf) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let files = git(root, &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    for file in files.split_terminator('\0').filter(|file| root.join(file).is_file()) {
        let copy = folder.join(file);
        fs::create_dir_all(copy.parent().unwrap()).unwrap();
        fs::copy(root.join(file), copy).unwrap();
    }
    git(&folder, &["init", "--quiet"]);
    git(&folder, &["add", "--all"]);
    git(&folder, &["commit", "--quiet", "--message", "All files"]);
    format!("file://{}", folder.display())
}

/// A home of cargo that has the downloads of the registry, and checkouts of its own.
fn home(folder: &Path) -> PathBuf {
    let home = folder.join("home");
    fs::create_dir(&home).unwrap();
    let known = env::var_os("CARGO_HOME").map(PathBuf::from);
    let known = known.unwrap_or_else(|| env::home_dir().unwrap().join(".cargo"));
    for name in ["registry", "config.toml"] {
        if known.join(name).exists() {
            symlink(known.join(name), home.join(name)).unwrap();
        }
    }
    home
}

#[test]
fn a_copy_that_depends_on_a_git_repository_runs_in_the_emulator() {
    let folder = tempfile::tempdir().unwrap();
    let url = repository(folder.path().join("repository"));
    let firmware = folder.path().join("firmware");
    let ran = rig(&["new", "--git", &url, firmware.to_str().unwrap()]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let manifest = fs::read_to_string(firmware.join("Cargo.toml")).unwrap();
    assert!(manifest.contains(&format!("vellum = {{ git = {url:?}, ")), "{manifest}");

    run(&firmware, Some(&home(folder.path())));
    is_fast(&firmware);
    let lock = fs::read_to_string(firmware.join("Cargo.lock")).unwrap();
    assert!(lock.contains(&format!("source = \"git+{url}#")), "{lock}");
}
