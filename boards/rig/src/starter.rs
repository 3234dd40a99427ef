//! Copies of projects of this checkout, which depend on it by its path or on a git repository: the starter
//! firmware, and guests.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

/// A project that is copied.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Project {
    /// Its folder, from the workspace's root on.
    pub(crate) folder: &'static str,
    pub(crate) dependency: Option<Dependency>,
}

/// The crate of this checkout that a project depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dependency {
    /// Its folder, from the workspace's root on.
    pub(crate) folder: &'static str,
    /// What the project's manifest says of it.
    pub(crate) relative: &'static str,
}

/// The starter firmware.
pub(crate) const FIRMWARE: Project = Project {
    folder: "boards/starter",
    dependency: Some(Dependency { folder: "runtime", relative: "path = \"../../runtime\"" }),
};

/// What stays behind: what cargo has built.
const BUILT: &str = "target";

/// Where a copy has the runtime from.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source<'a> {
    /// This checkout.
    Checkout,
    /// The git repository at this URL.
    Git(&'a str),
}

/// Copies a project of the workspace at `root` to `folder`, which is new or empty.
pub(crate) fn copy(
    root: &Path,
    project: &Project,
    folder: &Path,
    source: Source<'_>,
) -> Result<()> {
    let is_used = fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some());
    if is_used || folder.is_file() {
        bail!("folder is in use: {}", folder.display());
    }
    copy_folder(&root.join(project.folder), folder)?;
    let Some(dependency) = &project.dependency else { return Ok(()) };
    edit(&folder.join("Cargo.toml"), |text| depending_on(text, root, dependency, source))
}

/// Changes a file's text.
pub(crate) fn edit(file: &Path, change: impl FnOnce(&str) -> Result<String>) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| at("read", file))?;
    fs::write(file, change(&text)?).with_context(|| at("write", file))
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| at("create", to))?;
    for entry in fs::read_dir(from).with_context(|| at("read", from))? {
        let entry = entry.with_context(|| at("read", from))?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            if entry.file_name() != BUILT {
                copy_folder(&source, &target)?;
            }
        } else {
            fs::copy(&source, &target).with_context(|| at("copy", &source))?;
        }
    }
    Ok(())
}

/// A manifest with the dependency from there.
fn depending_on(
    manifest: &str,
    root: &Path,
    dependency: &Dependency,
    source: Source<'_>,
) -> Result<String> {
    let Dependency { folder, relative } = dependency;
    let path = root.join(folder);
    // Rust's escapes of what is in a path are those of TOML.
    let found = match (source, path.to_str()) {
        (Source::Git(url), _) => format!("git = {url:?}"),
        (Source::Checkout, Some(path)) => format!("path = {path:?}"),
        (Source::Checkout, None) => bail!("path is no text: {}", path.display()),
    };
    if manifest.matches(relative).count() != 1 {
        bail!("cannot find in the manifest: {relative}");
    }
    Ok(manifest.replace(relative, &found))
}

fn at(what: &str, path: &Path) -> String {
    format!("cannot {what}: {}", path.display())
}

#[cfg(test)]
mod tests {
    use super::{FIRMWARE, Source, copy, depending_on};
    use std::fs;
    use std::path::Path;

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
    }

    #[test]
    fn a_copy_has_all_files_and_the_path_of_the_checkout() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("new/firmware");
        copy(root(), &FIRMWARE, &folder, Source::Checkout).unwrap();
        for file in [
            ".cargo/config.toml",
            ".cargo/rustc",
            "Cargo.lock",
            "build.rs",
            "memory.x",
            "src/guest.wasm",
        ] {
            let original = fs::read(root().join("boards/starter").join(file)).unwrap();
            assert_eq!(fs::read(folder.join(file)).unwrap(), original, "{file}");
        }
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert!(manifest.contains(root().join("runtime").to_str().unwrap()), "{manifest}");
        assert!(!folder.join("target").exists());

        let error = copy(root(), &FIRMWARE, &folder, Source::Checkout).unwrap_err().to_string();
        assert!(error.starts_with("folder is in use: "), "{error}");
    }

    #[test]
    fn paths_are_escaped() {
        let manifest = "vellum = { path = \"../../runtime\", default-features = false }";
        let expected =
            "vellum = { path = \"C:\\\\a \\\"b\\\"/runtime\", default-features = false }";
        let root = Path::new("C:\\a \"b\"");
        let runtime = FIRMWARE.dependency.unwrap();
        let depending_on =
            |manifest, source| depending_on(manifest, root, &runtime, source).map_err(drop);
        assert_eq!(depending_on(manifest, Source::Checkout).unwrap(), expected);
        let expected = "vellum = { git = \"file:///a\", default-features = false }";
        assert_eq!(depending_on(manifest, Source::Git("file:///a")).unwrap(), expected);
        assert!(depending_on("", Source::Checkout).is_err());
    }
}
