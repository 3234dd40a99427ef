//! Copies of the starter firmware, which depend on this checkout by its path or on a git repository.

use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;

const STARTER: &str = "boards/starter";
const RUNTIME: &str = "runtime";
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

/// Copies the starter of the workspace at `root` to `folder`, which is new or empty.
pub(crate) fn copy(root: &Path, folder: &Path, source: Source<'_>) -> Result<()> {
    let is_used = fs::read_dir(folder).is_ok_and(|mut files| files.next().is_some());
    if is_used || folder.is_file() {
        bail!("folder is in use: {}", folder.display());
    }
    copy_folder(&root.join(STARTER), folder)?;
    let manifest = folder.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).with_context(|| at("read", &manifest))?;
    let text = depending_on(&text, root, source)?;
    fs::write(&manifest, text).with_context(|| at("write", &manifest))
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

/// The starter's manifest with the runtime from there.
fn depending_on(manifest: &str, root: &Path, source: Source<'_>) -> Result<String> {
    const RELATIVE: &str = "path = \"../../runtime\"";
    let runtime = root.join(RUNTIME);
    // Rust's escapes of what is in a path are those of TOML.
    let dependency = match (source, runtime.to_str()) {
        (Source::Git(url), _) => format!("git = {url:?}"),
        (Source::Checkout, Some(runtime)) => format!("path = {runtime:?}"),
        (Source::Checkout, None) => bail!("path is no text: {}", runtime.display()),
    };
    if manifest.matches(RELATIVE).count() != 1 {
        bail!("cannot find the runtime's path: {STARTER}/Cargo.toml");
    }
    Ok(manifest.replace(RELATIVE, &dependency))
}

fn at(what: &str, path: &Path) -> String {
    format!("cannot {what}: {}", path.display())
}

#[cfg(test)]
mod tests {
    use super::{Source, copy, depending_on};
    use std::fs;
    use std::path::Path;

    fn root() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap()
    }

    #[test]
    fn a_copy_has_all_files_and_the_path_of_the_checkout() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("new/firmware");
        copy(root(), &folder, Source::Checkout).unwrap();
        for file in [".cargo/config.toml", "Cargo.lock", "build.rs", "memory.x", "src/guest.wasm"] {
            let original = fs::read(root().join("boards/starter").join(file)).unwrap();
            assert_eq!(fs::read(folder.join(file)).unwrap(), original, "{file}");
        }
        let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap();
        assert!(manifest.contains(root().join("runtime").to_str().unwrap()), "{manifest}");
        assert!(!folder.join("target").exists());

        let error = copy(root(), &folder, Source::Checkout).unwrap_err().to_string();
        assert!(error.starts_with("folder is in use: "), "{error}");
    }

    #[test]
    fn paths_are_escaped() {
        let manifest = "vellum = { path = \"../../runtime\", default-features = false }";
        let expected =
            "vellum = { path = \"C:\\\\a \\\"b\\\"/runtime\", default-features = false }";
        let root = Path::new("C:\\a \"b\"");
        assert_eq!(depending_on(manifest, root, Source::Checkout).unwrap(), expected);
        let expected = "vellum = { git = \"file:///a\", default-features = false }";
        assert_eq!(depending_on(manifest, root, Source::Git("file:///a")).unwrap(), expected);
        assert!(depending_on("", root, Source::Checkout).is_err());
    }
}
