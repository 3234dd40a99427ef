//! The build script of every board: linker arguments, and the guest of a hardware image.
//!
//! A hardware image carries its guest in flash. `VELLUM_GUEST` names the module's file and
//! `VELLUM_GUEST_INVOKE` the function to call and its arguments, separated by TAB; without the
//! first the image runs the examples, without the second the guest's `_start`.

use std::{
    env, fs,
    io::{self, Error},
    path::PathBuf,
};

/// Code that is the same twice is kept once: nothing compares addresses of functions.
const LINKER_ARGUMENTS: [&str; 4] = ["--nmagic", "--icf=all", "-Tlink.x", "-Tdefmt.x"];

fn main() -> io::Result<()> {
    let manifest = variable("CARGO_MANIFEST_DIR")?;
    println!("cargo:rustc-link-search={manifest}");
    println!("cargo:rerun-if-changed={manifest}/memory.x");
    println!("cargo:rerun-if-changed={manifest}/../starter/.cargo/rustc");
    for argument in LINKER_ARGUMENTS {
        println!("cargo:rustc-link-arg-bins={argument}");
    }
    fs::write(PathBuf::from(variable("OUT_DIR")?).join("guest.rs"), guest()?)
}

/// Rust source of the expression that describes the embedded guest.
fn guest() -> io::Result<String> {
    println!("cargo:rerun-if-env-changed=VELLUM_GUEST");
    println!("cargo:rerun-if-env-changed=VELLUM_GUEST_INVOKE");
    let path = env::var("VELLUM_GUEST").unwrap_or_default();
    if path.is_empty() {
        return Ok("None".into());
    }
    let path = fs::canonicalize(&path)
        .map_err(|error| Error::new(error.kind(), format!("VELLUM_GUEST={path}: {error}")))?;
    println!("cargo:rerun-if-changed={}", path.display());
    let call = env::var("VELLUM_GUEST_INVOKE").unwrap_or_default();
    let mut call = call.split('\t').filter(|_| !call.is_empty());
    let invoke = call.next();
    let arguments: Vec<&str> = call.collect();
    Ok(format!(
        "Some(vellum_support::Guest {{ module: include_bytes!({path:?}), \
         invoke: {invoke:?}, arguments: &{arguments:?} }})"
    ))
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|error| Error::other(format!("{name}: {error}")))
}
