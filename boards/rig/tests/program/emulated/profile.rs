//! `rig run --profile`

use super::Modules;
use std::fs;

const MODULE: &str = r#"(module
    (import "env" "print_i32" (func $print (param i32)))
    (func $spin (param i32)
        (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
    (func (param i32) (result i32) (local.get 0))
    (table funcref (elem 2))
    (func $main (export "main")
        (call $spin (i32.const 30000))
        (call $twice)
        (call $print (call_indirect (param i32) (result i32) (i32.const 5) (i32.const 0))))
    (func $twice (call $spin (i32.const 10000))))"#;

#[test]
fn units_are_counted_by_function() {
    let modules = Modules::shown();
    let ran = modules.run(MODULE, &["--invoke", "main", "--profile"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran:?}");
    let rows: Vec<Vec<&str>> =
        ran.stdout.lines().map(|line| line.split('|').map(str::trim).collect()).collect();
    assert_eq!(rows[0], ["5"]);
    assert_eq!(rows[1][1..4], ["function", "own units", "%"]);
    // Five operators a round.
    assert_eq!(rows[3][1], "spin", "{ran:?}");
    let units: u64 = rows[3][2].replace(',', "").parse().unwrap();
    assert!((199_000..=200_100).contains(&units), "{ran:?}");
    assert_eq!(rows[4][1..3], ["main", "0"], "{ran:?}");
    assert_eq!(rows[4][5], "100.0", "{ran:?}");
    assert_eq!(rows[5][1], "twice", "{ran:?}");
    // It is a matter of counting: the next run gives the same.
    let again = modules.run(MODULE, &["--invoke", "main", "--profile"]);
    assert_eq!(again.stdout, ran.stdout);
}

#[test]
fn stacks_are_written_folded_and_as_a_picture() {
    let modules = Modules::shown();
    let [text, picture] = ["out.txt", "out.svg"].map(|name| modules.file(name, ""));
    for file in [&text, &picture] {
        let ran = modules.run(MODULE, &["--profile", file, "--invoke", "main"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "5\n"), "{ran:?}");
    }
    let text = fs::read_to_string(text).unwrap();
    let lines: Vec<_> = text.lines().filter_map(|line| line.rsplit_once(' ')).collect();
    assert_eq!((lines[0].0, lines[1].0, lines.len()), ("main;spin", "main;twice;spin", 2));
    let units = |line: usize| lines[line].1.parse::<u64>().unwrap();
    assert!(units(0).abs_diff(150_000) < 1100 && units(1).abs_diff(50_000) < 1100, "{text}");
    let picture = fs::read_to_string(picture).unwrap();
    assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"), "{picture}");
    let title = format!("<title>main: {} units, 100.0 %</title>", thousands(units(0) + units(1)));
    assert!(picture.contains(&title), "{title}: {picture}");
    assert_eq!(picture.matches("<rect ").count(), 4, "{picture}");
}

#[test]
fn a_guest_too_short_for_a_sample_is_told() {
    let modules = Modules::shown();
    let picture = modules.file("short.svg", "");
    for more in [&["--profile"][..], &["--profile", &picture]] {
        let ran =
            modules.run(r#"(module (func (export "f")))"#, &[more, &["--invoke", "f"]].concat());
        let told = "help: no sample was taken: the guest ran for less than 1,000 units, ";
        assert!(ran.code == Some(0) && ran.stderr.starts_with(told), "{ran:?}");
    }
}

fn thousands(number: u64) -> String {
    format!("{},{:03}", number / 1000, number % 1000)
}

#[test]
fn a_profiled_guest_can_fail() {
    let text = r#"(module (func $main (export "main") call 1) (func (loop br 0)))"#;
    let more = ["--fuel", "200000", "--invoke", "main", "--backtrace", "--profile"];
    let ran = Modules::shown().run(text, &more);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    assert!(ran.stdout.contains("| <wasm function 1> |"), "{ran:?}");
    assert!(ran.stderr.starts_with("error: out of fuel: \"main\"\nwasm backtrace:\n"), "{ran:?}");
    assert!(ran.stderr.contains("test.wat!<wasm function 1>\n"), "{ran:?}");
    assert!(ran.stderr.ends_with("test.wat!main\n"), "{ran:?}");
}
