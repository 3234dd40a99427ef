//! The README is short and shows the sizes on record; the page of the boards shows the compiler's
//! settings as they are, which the starter has as well.

use std::{fs, path::Path};

fn read(file: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::read_to_string(root.join(file)).expect("the file is there")
}

#[test]
fn the_readme_has_at_most_150_lines() {
    assert!(read("README.md").lines().count() <= 150);
}

#[test]
fn the_readme_shows_the_sizes_on_record() {
    let (readme, record) = (read("README.md"), read("boards/sizes.md"));
    let table = record.find("| board").and_then(|start| record.get(start..)).expect("a table");
    assert!(readme.contains(table.trim()), "run `cargo rig sizes --update`");
}

#[test]
fn the_readme_shows_lines_of_the_starter() {
    let (readme, starter) = (read("README.md"), read("boards/starter/src/main.rs"));
    let shown = readme.split("```rust,ignore\n").nth(1).and_then(|rest| rest.split("```").next());
    let lines = shown.expect("an example").lines().filter(|line| !line.is_empty());
    let bare = |line: &str| line.trim().trim_start_matches("let blinks = ").replace("?;", "");
    let starter: Vec<String> = starter.lines().map(bare).collect();
    for line in lines {
        assert!(starter.contains(&bare(line)), "not in the starter: {line}");
    }
}

#[test]
fn the_page_of_the_boards_shows_the_compilers_settings() {
    let (page, config) = (read("boards/README.md"), read(".cargo/config.toml"));
    let firmware = config.lines().skip_while(|line| !line.starts_with("[target"));
    let shown: Vec<&str> = firmware.filter(|line| !line.contains("mangling")).collect();
    assert!(shown.len() > 4, "settings for firmware");
    assert!(page.contains(&format!("```toml\n{}\n```", shown.join("\n"))), "it differs");
}

#[test]
fn the_starter_has_the_compilers_settings() {
    let flags = |config: &str| -> Vec<String> {
        let flags = config.lines().filter(|line| line.contains("llvm-args"));
        flags.map(|line| line.trim().to_owned()).collect()
    };
    let (ours, starter) = (read(".cargo/config.toml"), read("boards/starter/.cargo/config.toml"));
    assert!(flags(&ours).len() > 2, "settings for firmware");
    assert_eq!(flags(&starter), flags(&ours));
}
