//! What the examples print.

use std::{env, process::Command};

fn output(example: &str) -> String {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["run", "--quiet", "--package", "vellum", "--example", example])
        .output()
        .expect("cargo can be started");
    assert!(run.status.success(), "{example}: {}", String::from_utf8_lossy(&run.stderr));
    String::from_utf8(run.stdout).expect("examples print text")
}

const EXAMPLES: [(&str, &str); 7] = [
    (
        "basic",
        "imports: [\"hello\"]\n\
         > Hello from the host!\n\
         > Hello from the host!\n\
         calls: 2\n",
    ),
    ("gcd", "gcd(6, 27) = 3\ngcd(1071, 462) = 21\n"),
    (
        "memory",
        "pages: 2, bytes: 0x20000\n\
         bytes at 0x1000: [1, 2, 3, 4]\n\
         guest reads 5\n\
         host reads 6\n\
         1000: 01 02 06 05 00 00 00 00  |........|\n\
         guest: out of bounds memory access\n\
         host: out of bounds memory access: 2 bytes at offset 131071 of 131072\n\
         grows from 2 pages\n\
         guest reads 0 in the new page\n\
         host: memory of 3 pages can't grow by 1: its maximum is 3\n\
         own: 655360 of 4294967296 bytes\n",
    ),
    ("multi", "g(1, 3) = (4, 2)\nround_trip_many = (0, 1, 2, 3, 4)\n"),
    ("linking", "Hello, world!\ntwice two is 4\n"),
    (
        "interrupt",
        "10 rounds: fuel is left: true\n\
         without end: out of fuel\n\
         20 rounds: I32(20)\n",
    ),
    (
        "structure",
        "0100: 78 56 34 12 01 00 0a 00 00 04 00 00  |xV4.........|\n\
         the guest reads 0x12345678\n\
         version 1, flags 0b1011, 1536 bytes\n",
    ),
];

#[test]
fn every_example_prints_what_it_should() {
    for (example, expected) in EXAMPLES {
        assert_eq!(output(example), expected, "{example}");
    }
}

#[test]
fn no_example_is_left_out() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/examples");
    let files = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<_> = files
        .map(|file| file.expect("a file").file_name().into_string().expect("a plain name"))
        .collect();
    names.sort();
    let mut known = EXAMPLES.map(|(example, _)| format!("{example}.rs"));
    known.sort();
    assert_eq!(names, known);
}
