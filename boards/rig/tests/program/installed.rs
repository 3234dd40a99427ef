//! The program outside of a checkout, which is `vellum` there.

use crate::miniature::{Miniature, printed};
use crate::support::{Ran, command};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

/// `vellum` in a folder that has nothing to do with the checkout.
fn vellum(miniature: &Miniature, arguments: &[&str]) -> Command {
    let elsewhere = miniature.outside("project");
    fs::create_dir_all(&elsewhere).unwrap();
    let mut command = miniature.command(&elsewhere, arguments);
    command.env("VELLUM_SOURCES", miniature.root());
    command.env("XDG_CACHE_HOME", miniature.outside("cache"));
    command
}

fn ran(command: &mut Command) -> Ran {
    command.output().unwrap().into()
}

/// The files of a folder, and when each was written.
fn files(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.insert(path.clone(), fs::metadata(&path).unwrap().modified().unwrap());
        }
    }
    found
}

#[test]
fn firmware_is_built_once_into_the_users_cache() {
    let miniature = Miniature::new();
    let sources = files(&miniature.root());
    let first = ran(&mut vellum(&miniature, &["build"]));
    assert_eq!(printed(&first), "part text");
    let cache = miniature.outside("cache/vellum");
    assert!(first.stdout.starts_with(cache.to_str().unwrap()), "{first:?}");
    assert_eq!((miniature.builds(), files(&miniature.root())), (1, sources));

    let cached = files(&cache);
    let mut again = vellum(&miniature, &["build"]);
    again.env("RUSTFLAGS", "-Copt-level=0").env("CARGO_BUILD_TARGET", "none");
    let again = ran(&mut again);
    assert_eq!((again.stdout, again.stderr), (first.stdout, String::new()));
    assert_eq!((miniature.builds(), files(&cache)), (0, cached));

    miniature.write("part/src/lib.rs", "pub const PART: &str = \"other\";\n");
    let mut changed = vellum(&miniature, &["build"]);
    changed.env("RUSTFLAGS", "--no-such-flag").env("CARGO_BUILD_TARGET", "none");
    assert_eq!(printed(&ran(&mut changed)), "other text");
}

#[test]
fn without_a_toolchain_and_a_network_an_image_that_is_there_is_used() {
    let miniature = Miniature::new();
    let first = ran(&mut vellum(&miniature, &["build"]));
    assert_eq!(first.code, Some(0), "{first:?}");
    fs::remove_file(miniature.outside("bin/cargo")).unwrap();
    let mut bare = vellum(&miniature, &["build"]);
    let bare = ran(bare.env("PATH", miniature.outside("bin")).env("CARGO_NET_OFFLINE", "true"));
    assert_eq!((bare.stdout, bare.stderr), (first.stdout, String::new()));
    fs::remove_dir_all(miniature.outside("cache")).unwrap();
    let mut bare = vellum(&miniature, &["build"]);
    let bare = ran(bare.env("PATH", miniature.outside("bin")));
    assert_eq!(bare.code, Some(1), "{bare:?}");
    assert!(bare.stderr.starts_with("error: cannot start rustc: "), "{bare:?}");
}

#[test]
fn a_cache_that_cannot_be_written_is_named() {
    let miniature = Miniature::new();
    let mut command = vellum(&miniature, &["build"]);
    let refused = ran(command.env("XDG_CACHE_HOME", "/dev/null"));
    assert_eq!(refused.code, Some(1), "{refused:?}");
    assert!(refused.stderr.starts_with("error: cannot make /dev/null/vellum/"), "{refused:?}");
    assert_eq!((refused.stderr.lines().count(), miniature.builds()), (1, 0));
}

#[test]
fn a_checkout_that_is_gone_is_named() {
    let miniature = Miniature::new();
    let mut command = vellum(&miniature, &["boards"]);
    let gone = miniature.outside("gone");
    let refused = ran(command.env("VELLUM_SOURCES", &gone));
    let expected = format!(
        "error: cannot find Vellum's checkout: {}: VELLUM_SOURCES names none: install it again by \
         `cargo install --path boards/rig`, or set VELLUM_SOURCES to a checkout\n",
        gone.display()
    );
    assert_eq!((refused.code, refused.stderr), (Some(1), expected));
}

#[test]
fn help_and_refusals_have_the_name_of_the_program() {
    let miniature = Miniature::new();
    let help = ran(&mut vellum(&miniature, &["--help"]));
    assert_eq!((help.code, help.stderr.as_str()), (Some(0), ""));
    assert!(help.stdout.contains("Usage: vellum <COMMAND>"), "{help:?}");
    assert!(!help.stdout.contains("cargo rig") && !help.stdout.contains("suite"), "{help:?}");
    let run = ran(&mut vellum(&miniature, &["run", "--help"]));
    assert!(run.stdout.contains("`vellum boards`") && !run.stdout.contains("cargo rig"), "{run:?}");
    let refused = ran(&mut vellum(&miniature, &["run"]));
    assert!(refused.stderr.ends_with("usage: vellum run <FILE>\n"), "{refused:?}");
    let refused = ran(&mut vellum(&miniature, &["suite"]));
    let expected = "error: 'suite' is for a checkout of Vellum: start it there: see \
                    `vellum --help`\n";
    assert_eq!((refused.code, refused.stderr.as_str()), (Some(2), expected));
}

#[test]
fn a_module_is_prepared_for_a_chip() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let text = r#"(module (memory 1 1) (data (i32.const 0) "d") (func (export "f")))"#;
    fs::write(file("a.wat"), text).unwrap();
    let prepare = |arguments: &[&str]| ran(&mut command(&[&["prepare"], arguments].concat()));
    let output = file("a.wasm");
    for further in [&[][..], &["--threads"], &["--parts"], &["--parts=64"]] {
        let done = prepare(&[&[&*file("a.wat"), "-o", &output], further].concat());
        let bytes = fs::read(&output).unwrap();
        assert_eq!(done.stdout, format!("{output}: {} bytes\n", bytes.len()), "{done:?}");
        assert!(bytes.windows(6).any(|bytes| bytes == b"vellum"), "{further:?}");
    }
    fs::write(file("b.wasm"), b"\0asm\x01\0\0\0\xff").unwrap();
    let refused = prepare(&[&file("b.wasm"), "-o", &file("c.wasm")]);
    assert!(refused.stderr.starts_with("error: invalid module: "), "{refused:?}");
    assert!(!Path::new(&file("c.wasm")).exists());
    let refused = prepare(&[&file("a.wat"), "-o", &file("no/c.wasm")]);
    assert!(refused.stderr.starts_with("error: cannot write "), "{refused:?}");
}

#[test]
fn a_module_that_no_board_has_room_for_is_refused_before_anything_is_built() {
    let miniature = Miniature::new();
    let file = miniature.outside("large.wasm");
    let code = "(func (drop (i32.add (i32.const 1) (i32.const 2))))".repeat(1000);
    fs::write(&file, wat::parse_str(format!("(module {code})")).unwrap()).unwrap();
    for command in ["run", "budget"] {
        let refused = ran(&mut vellum(&miniature, &[command, file.to_str().unwrap()]));
        let lines: Vec<&str> = refused.stderr.lines().collect();
        assert_eq!(refused.code, Some(1), "{refused:?}");
        let (first, last) = (lines[0], " bytes, mini has 4,096 of flash and 2,048 of RAM");
        assert!(first.starts_with("error: module too large: "), "{refused:?}");
        assert!(first.ends_with(last) && lines[1].starts_with("help: "), "{refused:?}");
    }
    assert_eq!(miniature.builds(), 0);
}
