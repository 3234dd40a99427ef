//! What decides a build besides its files: the compiler, and the environment.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// How names of environment variables begin that change what cargo builds.
const PREFIXES: [&str; 9] = [
    "CARGO_BUILD_",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_INCREMENTAL",
    "CARGO_PROFILE_",
    "CARGO_TARGET_",
    "CARGO_UNSTABLE_",
    "DEFMT_",
    "RUSTC",
    "RUSTFLAGS",
];
/// Those of them that don't.
const FOLDERS: [&str; 2] = ["CARGO_TARGET_DIR", "CARGO_TARGET_TMPDIR"];

/// The settings of a build.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BuildSettings {
    /// What the compiler says of itself; `None` if there is none.
    compiler: Option<String>,
    environment: BTreeMap<String, String>,
}

impl BuildSettings {
    /// Those of a build in this folder, with the environment of this process or without it.
    pub(crate) fn of(folder: &Path, has_environment: bool) -> Self {
        let environment = if has_environment { deciding() } else { BTreeMap::new() };
        Self { compiler: compiler(folder), environment }
    }

    /// What differs, in a word or two. Without a compiler nothing could be built, so that an image of
    /// any other is as good.
    pub(crate) fn change(&self, now: &Self) -> Option<String> {
        if now.compiler.is_some() && now.compiler != self.compiler {
            return Some("the compiler has changed".to_owned());
        }
        let names = self.environment.keys().chain(now.environment.keys());
        let mut changed =
            names.filter(|&name| self.environment.get(name) != now.environment.get(name));
        changed.next().map(|name| format!("{name} has changed"))
    }
}

/// Whether an environment variable of this name changes what cargo builds.
pub(crate) fn decides(name: &OsStr) -> bool {
    let name = name.to_string_lossy();
    PREFIXES.iter().any(|prefix| name.starts_with(prefix)) && !FOLDERS.contains(&&*name)
}

fn deciding() -> BTreeMap<String, String> {
    let text = |word: &OsStr| word.to_string_lossy().into_owned();
    let variables = env::vars_os().filter(|(name, _)| decides(name));
    variables.map(|(name, value)| (text(&name), text(&value))).collect()
}

/// Its version, and which sources it is of.
fn compiler(folder: &Path) -> Option<String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("-vV").current_dir(folder).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

#[cfg(test)]
mod tests {
    use super::{BuildSettings, decides};

    fn settings(compiler: Option<&str>, environment: &[(&str, &str)]) -> BuildSettings {
        let environment =
            environment.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        BuildSettings { compiler: compiler.map(str::to_owned), environment }
    }

    #[test]
    fn a_change_is_named() {
        let built = settings(Some("1.95"), &[("RUSTFLAGS", "-g"), ("DEFMT_LOG", "info")]);
        assert_eq!(built.change(&built), None);
        for (now, change) in [
            (settings(Some("1.96"), &[]), "the compiler has changed"),
            (settings(Some("1.95"), &[("DEFMT_LOG", "info")]), "RUSTFLAGS has changed"),
            (
                settings(Some("1.95"), &[("RUSTFLAGS", "-g"), ("DEFMT_LOG", "off")]),
                "DEFMT_LOG has changed",
            ),
        ] {
            assert_eq!(built.change(&now).as_deref(), Some(change));
            assert!(now.change(&built).is_some());
        }
    }

    #[test]
    fn without_a_compiler_what_is_there_will_do() {
        let built = settings(Some("1.95"), &[]);
        assert_eq!(built.change(&settings(None, &[])), None);
    }

    #[test]
    fn variables_that_decide_are_known() {
        for (name, expected) in [
            ("RUSTFLAGS", true),
            ("RUSTC_WRAPPER", true),
            ("CARGO_PROFILE_RELEASE_LTO", true),
            ("DEFMT_LOG", true),
            ("CARGO_TARGET_DIR", false),
            ("CARGO_PKG_NAME", false),
            ("PATH", false),
        ] {
            assert_eq!(decides(name.as_ref()), expected, "{name}");
        }
    }
}
