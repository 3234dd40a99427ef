//! What the help texts name is there.

use crate::support::rig;
use std::path::Path;

/// The help texts of the program and of all its commands.
pub(crate) fn texts() -> Vec<String> {
    let help = |command: &[&str]| {
        let ran = rig(&[&["help"], command].concat());
        assert_eq!(ran.code, Some(0), "{ran:?}");
        ran.stdout
    };
    let main = help(&[]);
    let commands = main.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands = commands.take_while(|line| !line.is_empty());
    // What does not fit a line goes on in the next.
    let names = commands.filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<&str> = names.filter(|it| !["help", ""].contains(it)).collect();
    assert!(names.contains(&"run") && names.contains(&"suite"), "{names:?}");
    let texts: Vec<String> = names.into_iter().map(|name| help(&[name])).collect();
    std::iter::once(main).chain(texts).collect()
}

#[test]
fn files_that_are_named_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let is_in_a_name = |letter: char| letter.is_alphanumeric() || "/._-".contains(letter);
    let texts = texts();
    let words = texts.iter().flat_map(|text| text.split(|letter| !is_in_a_name(letter)));
    let files: Vec<&str> = words.filter(|word| word.starts_with("boards/")).collect();
    assert!(files.len() > 4, "{files:?}");
    for file in files {
        assert!(root.join(file).exists(), "{file}");
    }
}

#[test]
fn commands_that_are_named_exist() {
    let texts = texts();
    let named: Vec<&str> =
        texts.iter().flat_map(|text| text.split("`cargo rig ").skip(1)).collect();
    assert!(!named.is_empty());
    for rest in named {
        let words: Vec<&str> = rest.split('`').next().unwrap().split_whitespace().collect();
        let ran = rig(&[words.as_slice(), &["--help"]].concat());
        assert_eq!(ran.code, Some(0), "{words:?}: {ran:?}");
    }
}
