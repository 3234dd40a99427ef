//! What this program is called: `cargo rig` in a checkout, `vellum` everywhere else.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// How the program was started.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// For the checkout with this root.
    Rig(PathBuf),
    /// Outside of any.
    Vellum,
}

/// The manifest of this program, from a checkout's root on.
const MANIFEST: &str = "boards/rig/Cargo.toml";

/// Names a checkout to take the place of the one that the program was installed from.
const SOURCES: &str = "VELLUM_SOURCES";

static CURRENT: LazyLock<Program> = LazyLock::new(Program::find);

impl Program {
    /// The program that this process is.
    pub(crate) fn current() -> &'static Self {
        &CURRENT
    }

    /// Cargo, when it starts this program, says where the program's package is; started by hand, it is
    /// that of the checkout that the current folder is in.
    fn find() -> Self {
        let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let here = env::current_dir().ok();
        let mut folders = package.iter().chain(&here).flat_map(|folder| folder.ancestors());
        match folders.find(|folder| is_checkout(folder)) {
            Some(root) => Self::Rig(root.to_owned()),
            None => Self::Vellum,
        }
    }

    /// How a command line begins.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Rig(_) => "cargo rig",
            Self::Vellum => "vellum",
        }
    }

    /// A text that calls the program `cargo rig`, with the name that it has here.
    pub(crate) fn named(&self, text: &str) -> String {
        text.replace("cargo rig", self.name())
    }
}

/// Where a page of the documentation is.
pub(crate) fn page(name: &str) -> String {
    let inside = Path::new("runtime/docs").join(name);
    let path = match Program::current() {
        Program::Rig(_) => inside,
        Program::Vellum => sources().map_or(inside.clone(), |root| root.join(inside)),
    };
    path.display().to_string()
}

/// The checkout that the installed program builds firmware from.
pub(crate) fn sources() -> Result<PathBuf, String> {
    let (root, told) = match env::var_os(SOURCES) {
        Some(root) => (PathBuf::from(root), format!("{SOURCES} names none")),
        None => {
            let package = Path::new(env!("CARGO_MANIFEST_DIR"));
            let root = package.ancestors().nth(2).unwrap_or(package).to_owned();
            (root, "vellum was installed from there".to_owned())
        }
    };
    if is_checkout(&root) {
        return Ok(root);
    }
    Err(format!(
        "cannot find Vellum's checkout: {}: {told}: install it again by `cargo install --path \
         boards/rig`, or set {SOURCES} to a checkout",
        root.display()
    ))
}

fn is_checkout(folder: &Path) -> bool {
    folder.join(MANIFEST).is_file()
}

#[cfg(test)]
mod tests {
    use super::Program;

    #[test]
    fn a_text_has_the_name_of_the_program() {
        let text = "see `cargo rig --help`";
        assert_eq!(Program::Vellum.named(text), "see `vellum --help`");
        assert_eq!(Program::Rig("/w".into()).named(text), text);
    }
}
