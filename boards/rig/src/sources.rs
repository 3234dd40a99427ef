//! The files that an image is built from, and what is in them.

use anyhow::{Context, Result};
use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What a file or folder holds, as a digest; `None` if it is not there.
pub(crate) type State = Option<String>;

/// What is at `path`, and when a file there was written last.
pub(crate) fn state(path: &Path) -> (State, Option<SystemTime>) {
    let mut hasher = DefaultHasher::new();
    match digest(path, &mut hasher) {
        Ok(changed) => (Some(format!("{:016x}", hasher.finish())), changed),
        Err(_) => (None, None),
    }
}

/// Of a folder, the names of its files and what is in them.
fn digest(path: &Path, hasher: &mut DefaultHasher) -> std::io::Result<Option<SystemTime>> {
    let metadata = fs::metadata(path)?;
    if !metadata.is_dir() {
        let bytes = fs::read(path)?;
        hasher.write_usize(bytes.len());
        hasher.write(&bytes);
        return Ok(metadata.modified().ok());
    }
    let entries = fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
    let mut names: Vec<_> = entries.into_iter().map(|entry| entry.file_name()).collect();
    names.sort();
    let mut latest = None;
    for name in names {
        hasher.write(name.as_encoded_bytes());
        latest = latest.max(digest(&path.join(&name), hasher)?);
    }
    Ok(latest)
}

/// All that an executable of the workspace at `root` was built from: what cargo lists beside it, the
/// manifests of the crates, the lock file and cargo's configuration.
pub(crate) fn of(executable: &Path, root: &Path, target: &Path) -> Result<BTreeSet<PathBuf>> {
    let list = executable.with_extension("d");
    let text = fs::read_to_string(&list);
    let text = text.with_context(|| format!("cannot read {}", list.display()))?;
    let mut files: BTreeSet<PathBuf> = listed(&text)
        .into_iter()
        .map(|file| root.join(file))
        // Build scripts write there, from the others.
        .filter(|file| !file.starts_with(target) || file.starts_with(target.join("rig")))
        .collect();
    let manifests: BTreeSet<PathBuf> = files.iter().filter_map(|file| manifest(file)).collect();
    files.extend(manifests);
    files.extend(["Cargo.toml", "Cargo.lock"].map(|file| root.join(file)));
    files.extend(configurations(root));
    Ok(files)
}

/// The files behind the colon of a line for `make`, which has a backslash before a space.
fn listed(text: &str) -> Vec<PathBuf> {
    let Some((_, files)) = text.split_once(": ") else { return Vec::new() };
    let mut found = vec![String::new()];
    let mut letters = files.lines().next().unwrap_or_default().chars().peekable();
    while let Some(letter) = letters.next() {
        match (letter, found.last_mut()) {
            ('\\', Some(last)) if letters.peek() == Some(&' ') => last.extend(letters.next()),
            (' ', _) => found.push(String::new()),
            (_, Some(last)) => last.push(letter),
            (_, None) => {}
        }
    }
    found.into_iter().filter(|file| !file.is_empty()).map(PathBuf::from).collect()
}

/// The manifest of the crate that a file belongs to.
fn manifest(file: &Path) -> Option<PathBuf> {
    let manifests = file.ancestors().skip(1).map(|folder| folder.join("Cargo.toml"));
    manifests.into_iter().find(|manifest| manifest.is_file())
}

/// Where cargo looks for its configuration, whether it is there or not.
fn configurations(root: &Path) -> impl Iterator<Item = PathBuf> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let folders = root.ancestors().map(|folder| folder.join(".cargo")).chain(home);
    folders.flat_map(|folder| ["config", "config.toml"].map(|file| folder.join(file)))
}

#[cfg(test)]
mod tests {
    use super::{listed, of};
    use std::fs;
    use std::path::{Path, PathBuf};

    #[test]
    fn spaces_in_names_are_escaped() {
        let files = listed("/t/a: /w/my\\ board/main.rs C:\\w\\b.rs\n\n/w/b.rs:\n");
        assert_eq!(files, ["/w/my board/main.rs", "C:\\w\\b.rs"].map(PathBuf::from));
        assert!(listed("").is_empty());
    }

    #[test]
    fn manifests_lock_file_and_configuration_belong_to_the_sources() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let target = root.join("target");
        for file in ["crate/Cargo.toml", "crate/src/main.rs"] {
            fs::create_dir_all(root.join(file).parent().unwrap()).unwrap();
            fs::write(root.join(file), "").unwrap();
        }
        fs::create_dir(&target).unwrap();
        let absolute = |file: &str| root.join(file).display().to_string();
        let names = ["crate/src/main.rs", "target/out/guest.rs", "target/rig/b/guest.wasm"];
        let list = format!("{}: {}", absolute("target/b"), names.map(absolute).join(" "));
        fs::write(target.join("b.d"), list).unwrap();

        let found = of(&target.join("b"), root, &target).unwrap();
        let within: Vec<&Path> = found.iter().filter_map(|it| it.strip_prefix(root).ok()).collect();
        let expected = [
            ".cargo/config",
            ".cargo/config.toml",
            "Cargo.lock",
            "Cargo.toml",
            "crate/Cargo.toml",
            "crate/src/main.rs",
            "target/rig/b/guest.wasm",
        ];
        assert_eq!(within, expected.map(Path::new));
        assert!(of(&target.join("c"), root, &target).is_err());
    }
}
