//! New guests, which are copies of those in `boards/guests`.

use crate::starter::{self, Dependency, Project, Source};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// The language that a guest is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Language {
    /// Rust without its standard library, on `vellum-guest`
    Rust,
    /// C without a library, compiled by clang
    C,
    /// WebAssembly's text format
    Wat,
}

impl Language {
    fn project(self) -> Project {
        let (folder, dependency) = match self {
            Self::Rust => {
                let relative = "path = \"../../../runtime/guest\"";
                ("boards/guests/rust", Some(Dependency { folder: "runtime/guest", relative }))
            }
            Self::C => ("boards/guests/c", None),
            Self::Wat => ("boards/guests/wat", None),
        };
        Project { folder, dependency }
    }

    /// The files of a project that name its module.
    fn naming(self) -> &'static [&'static str] {
        match self {
            Self::Rust => &["Cargo.toml", "README.md"],
            Self::C => &["Makefile", "README.md"],
            Self::Wat => &["README.md"],
        }
    }
}

/// The name of a guest in this folder, if it can be that of a package.
pub(crate) fn name(folder: &Path) -> Option<&str> {
    let name = folder.file_name()?.to_str()?;
    let is_good = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    (name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(is_good))
        .then_some(name)
}

/// Copies the guest in a language to `folder`, which is new or empty, and names its module.
pub(crate) fn copy(
    root: &Path,
    language: Language,
    name: &str,
    folder: &Path,
    source: Source<'_>,
) -> Result<()> {
    starter::copy(root, &language.project(), folder, source)?;
    // As cargo names it.
    let module = name.replace('-', "_");
    for file in language.naming() {
        starter::edit(&folder.join(file), |text| {
            let text = text.replace("name = \"guest\"", &format!("name = {name:?}"));
            let text = text.replace("guest.wasm", &format!("{module}.wasm"));
            Ok(text.replace("guest.wat", &format!("{module}.wat")))
        })?;
    }
    if language == Language::Wat {
        let renamed = folder.join(module).with_added_extension("wat");
        fs::rename(folder.join("guest.wat"), &renamed)
            .with_context(|| format!("cannot write: {}", renamed.display()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::name;
    use std::path::Path;

    #[test]
    fn a_name_is_that_of_a_package() {
        for (folder, expected) in [
            ("../my-guest2", Some("my-guest2")),
            ("/a/b_c/", Some("b_c")),
            ("2nd", None),
            ("-a", None),
            ("Upper", None),
            ("a b", None),
            ("a.b", None),
            ("..", None),
            ("\u{e9}", None),
        ] {
            assert_eq!(name(Path::new(folder)), expected, "{folder}");
        }
    }
}
