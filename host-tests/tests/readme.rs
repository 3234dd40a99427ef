//! The README shows the starter firmware and the compiler's settings as they are, and the sizes on
//! record.

use std::{fs, path::Path};

#[test]
fn the_readme_shows_the_starter_firmware() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let readme = fs::read_to_string(root.join("README.md")).expect("there is a README");
    for file in ["Cargo.toml", "src/main.rs"] {
        let path = root.join("boards/starter").join(file);
        let text = fs::read_to_string(&path).expect("the starter has the file");
        assert!(readme.contains(text.trim()), "README.md differs from {}", path.display());
    }
}

#[test]
fn the_readme_shows_the_sizes_on_record() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |file| fs::read_to_string(root.join(file)).expect("the file is there");
    let (readme, record) = (read("README.md"), read("boards/sizes.md"));
    let table = record.find("| board").and_then(|start| record.get(start..)).expect("a table");
    assert!(readme.contains(table.trim()), "run `cargo rig sizes --update`");
}

#[test]
fn the_readme_shows_the_compilers_settings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let read = |file| fs::read_to_string(root.join(file)).expect("the file is there");
    let (readme, config) = (read("README.md"), read(".cargo/config.toml"));
    let firmware = config.lines().skip_while(|line| !line.starts_with("[target"));
    let shown: Vec<&str> = firmware.filter(|line| !line.contains("mangling")).collect();
    assert!(shown.len() > 4, "settings for firmware");
    assert!(readme.contains(&format!("```toml\n{}\n```", shown.join("\n"))), "README.md differs");
}
