//! The README shows the starter firmware as it is.

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
