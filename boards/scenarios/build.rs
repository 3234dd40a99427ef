//! Turns the guests' text into modules. Guests of other languages lie in folders, built.

use std::{env, error::Error, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=guests");
    let out = env::var("OUT_DIR")?;
    for entry in fs::read_dir("guests")? {
        let text = entry?.path();
        if text.extension() != Some("wat".as_ref()) {
            continue;
        }
        let module = wat::parse_file(&text)?;
        let name = text.file_stem().ok_or("a guest has no name")?;
        fs::write(Path::new(&out).join(name).with_extension("wasm"), module)?;
    }
    Ok(())
}
