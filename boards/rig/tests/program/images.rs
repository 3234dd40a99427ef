//! Images of firmware: built when something has changed, and only then.

use crate::miniature::{Miniature, printed};
use crate::support::Ran;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::process::Stdio;

fn build(miniature: &Miniature) -> Ran {
    miniature.command(&miniature.root(), &["build"]).output().unwrap().into()
}

/// What a run says, but for cargo's waiting for what other tests have it do.
fn said(ran: &Ran) -> String {
    let lines = ran.stderr.split_inclusive('\n').filter(|line| !line.contains(" Blocking "));
    lines.collect()
}

/// Builds, and expects cargo to be asked because of this.
fn builds_because(miniature: &Miniature, why: &str) -> Ran {
    let ran = build(miniature);
    let expected = format!("building the firmware of mini: {why}\n");
    assert_eq!(said(&ran).replace(&miniature.root().display().to_string(), ""), expected);
    assert_eq!(miniature.builds(), 1);
    ran
}

fn builds_nothing(miniature: &Miniature) -> Ran {
    let ran = build(miniature);
    assert_eq!((ran.code, ran.stderr.as_str(), miniature.builds()), (Some(0), "", 0));
    ran
}

#[test]
fn a_stale_image_is_never_used() {
    let miniature = Miniature::new();
    let first = builds_because(&miniature, "this is the first time, which takes minutes");
    assert_eq!(printed(&first), "part text");
    assert_eq!(printed(&builds_nothing(&miniature)), "part text");
    let board = fs::read_to_string(miniature.root().join("boards/mini/Cargo.toml")).unwrap();
    let lock = fs::read_to_string(miniature.root().join("Cargo.lock")).unwrap();
    for (file, text, prints) in [
        ("part/src/lib.rs", "pub const PART: &str = \"other\";\n", "other text"),
        ("boards/mini/src/text", "words", "other words"),
        ("boards/mini/guests/b.wat", "(module)", "other words"),
        (
            "boards/mini/src/main.rs",
            "fn main() { print!(\"{}\", cfg!(feature = \"extra\")) }\n",
            "false",
        ),
        ("boards/mini/Cargo.toml", &board.replace("default = []", "default = [\"extra\"]"), "true"),
        ("Cargo.lock", &(lock + "\n"), "true"),
        (".cargo/config.toml", "[build]\nrustflags = [\"--cfg\", \"flag\"]\n", "true"),
        (
            "Cargo.toml",
            "[workspace]\nresolver = \"3\"\nmembers = [\"boards/*\", \"part\"]\n",
            "true",
        ),
    ] {
        miniature.write(file, text);
        let file = if file.contains("guests") { "boards/mini/guests" } else { file };
        let ran = builds_because(&miniature, &format!("/{file} has changed"));
        assert_eq!(printed(&ran), prints, "{file}");
        if file == "Cargo.lock" {
            // Cargo has written it again, while it built.
            builds_because(&miniature, "something may have changed");
        }
        builds_nothing(&miniature);
    }
}

#[test]
fn an_environment_variable_for_the_compiler_counts() {
    let miniature = Miniature::new();
    build(&miniature);
    assert_eq!(miniature.builds(), 1);
    let mut command = miniature.command(&miniature.root(), &["build"]);
    let ran: Ran = command.env("RUSTFLAGS", "--cfg other").output().unwrap().into();
    assert_eq!(said(&ran), "building the firmware of mini: RUSTFLAGS has changed\n");
    assert_eq!(miniature.builds(), 1);
}

#[test]
fn a_build_that_fails_leaves_nothing_that_is_taken_for_its_image() {
    let miniature = Miniature::new();
    build(&miniature);
    miniature.builds();
    miniature.write("part/src/lib.rs", "pub const");
    for _ in 0..2 {
        let ran = build(&miniature);
        assert_eq!((ran.code, miniature.builds()), (Some(1), 1), "{ran:?}");
        assert!(ran.stderr.ends_with("error: cannot build the firmware: mini\n"), "{ran:?}");
        assert!(ran.stderr.contains("part/src/lib.rs"), "{ran:?}");
    }
    miniature.write("part/src/lib.rs", "pub const PART: &str = \"mended\";\n");
    assert_eq!(printed(&build(&miniature)), "mended text");
}

#[test]
fn two_runs_build_once_and_the_second_says_that_it_waits() {
    let miniature = Miniature::new();
    let folder = miniature.root().join("target/rig/mini");
    fs::create_dir_all(&folder).unwrap();
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    let mut waiting = miniature.command(&miniature.root(), &["build"]);
    let mut waiting = waiting.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(waiting.stderr.take().unwrap());
    let mut line = String::new();
    said.read_line(&mut line).unwrap();
    assert_eq!(line, "waiting for another run, which builds the firmware of mini\n");
    assert_eq!(miniature.builds(), 0);
    drop(lock);
    let ran: Ran = waiting.wait_with_output().unwrap().into();
    assert_eq!(printed(&ran), "part text");
    assert_eq!(miniature.builds(), 1);

    // An image that is there is used while another one is built.
    let lock = File::create(folder.join("lock")).unwrap();
    lock.lock().unwrap();
    assert_eq!(printed(&builds_nothing(&miniature)), "part text");
}
