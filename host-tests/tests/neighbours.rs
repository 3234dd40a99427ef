//! The program that compares neighbours: what it takes, and how it ends.

use std::process::{Command, Output};

fn neighbours(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_neighbours")).args(words).output().expect("the program starts")
}

#[test]
fn an_unknown_word_is_refused_with_the_usage() {
    for words in [
        &["--nosuch"][..],
        &[],
        &["--short", "nosuch"],
        &["--short", "--long"],
        &["--part"],
        &["--scripts", "f", "nosuch"],
    ] {
        let output = neighbours(words);
        assert_eq!(output.status.code(), Some(2), "{words:?}");
        assert!(
            String::from_utf8_lossy(&output.stderr).starts_with("usage: neighbours "),
            "{words:?}"
        );
    }
}

#[test]
fn a_choice_is_the_same_every_time_and_has_no_difference() {
    let lines = || {
        let output = neighbours(&["--every", "3001", "accesses", "blocks"]);
        assert!(output.status.success(), "{output:?}");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        text.lines().last().map(str::to_owned)
    };
    let first = lines().expect("there is a last line");
    assert!(first.ends_with(" calls, 0 differences") && !first.starts_with("0 "), "{first}");
    assert_eq!(Some(first), lines());
}
