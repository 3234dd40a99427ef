//! What an image was built from. While that is the same, neither cargo nor the compiler is asked.

use crate::build_settings::BuildSettings;
use crate::sources::{self, State};
use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// All that decides what a build gives.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Fingerprint {
    settings: BuildSettings,
    /// What was in each file or folder. One that was not there may appear.
    files: BTreeMap<PathBuf, State>,
}

impl Fingerprint {
    /// Of a build that began at this time. `None` if a file has changed since: nobody knows which of
    /// its states was built.
    pub(crate) fn after(
        began: SystemTime,
        settings: BuildSettings,
        files: impl IntoIterator<Item = PathBuf>,
    ) -> Option<Self> {
        let mut states = BTreeMap::new();
        for file in files {
            let (state, changed) = sources::state(&file);
            if changed.is_some_and(|changed| changed >= began) {
                return None;
            }
            states.insert(file, state);
        }
        Some(Self { settings, files: states })
    }

    /// Reads a record. One that is missing or damaged is none.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(path).ok()?).ok()
    }

    /// Writes a record at once and whole.
    pub(crate) fn write(&self, path: &Path) -> Result<()> {
        let context = || format!("cannot write {}", path.display());
        let text = serde_json::to_vec_pretty(self).with_context(context)?;
        let new = path.with_extension("new");
        fs::write(&new, text).with_context(context)?;
        fs::rename(&new, path).with_context(context)
    }

    /// What has changed since, in a word or two.
    pub(crate) fn change(&self, now: &BuildSettings) -> Option<String> {
        self.settings.change(now).or_else(|| {
            let changed = self.files.iter().find(|(file, state)| sources::state(file).0 != **state);
            changed.map(|(file, _)| format!("{} has changed", file.display()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Fingerprint;
    use crate::build_settings::BuildSettings;
    use std::fs;
    use std::path::PathBuf;
    use std::time::{Duration, SystemTime};
    use tempfile::TempDir;

    struct Build {
        folder: TempDir,
    }

    impl Build {
        fn new() -> Self {
            let build = Self { folder: tempfile::tempdir().unwrap() };
            fs::create_dir(build.file("guests")).unwrap();
            for file in ["main.rs", "Cargo.lock", "guests/a.wat"] {
                fs::write(build.file(file), file).unwrap();
            }
            build
        }

        fn file(&self, name: &str) -> PathBuf {
            self.folder.path().join(name)
        }

        /// A build that began so long after now.
        fn built(&self, later: Duration) -> Option<Fingerprint> {
            let files = ["main.rs", "Cargo.lock", "guests", "config.toml"];
            let files = files.map(|name| self.file(name));
            Fingerprint::after(SystemTime::now() + later, BuildSettings::default(), files)
        }

        fn change(&self, fingerprint: &Fingerprint) -> Option<String> {
            let folder = format!("{}/", self.folder.path().display());
            Some(fingerprint.change(&BuildSettings::default())?.replace(&folder, ""))
        }
    }

    #[test]
    fn every_change_of_a_file_is_seen() {
        let build = Build::new();
        let fingerprint = build.built(Duration::from_secs(9)).unwrap();
        assert_eq!(build.change(&fingerprint), None);
        for (changed, seen) in [
            ("main.rs", "main.rs has changed"),
            ("Cargo.lock", "Cargo.lock has changed"),
            ("guests/a.wat", "guests has changed"),
            ("guests/b.wat", "guests has changed"),
            ("config.toml", "config.toml has changed"),
        ] {
            let before = fs::read(build.file(changed)).ok();
            fs::write(build.file(changed), "other").unwrap();
            assert_eq!(build.change(&fingerprint).as_deref(), Some(seen), "{changed}");
            fs::remove_file(build.file(changed)).unwrap();
            assert_eq!(build.change(&fingerprint).is_some(), before.is_some(), "{changed}");
            if let Some(before) = before {
                fs::write(build.file(changed), before).unwrap();
            }
            assert_eq!(build.change(&fingerprint), None, "{changed}");
        }
    }

    #[test]
    fn a_file_that_changes_during_the_build_leaves_no_record() {
        let build = Build::new();
        let began = SystemTime::now();
        let later = fs::File::open(build.file("guests/a.wat")).unwrap();
        later.set_modified(began + Duration::from_secs(1)).unwrap();
        let files = [build.file("guests")];
        assert_eq!(Fingerprint::after(began, BuildSettings::default(), files), None);
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let build = Build::new();
        let (record, fingerprint) = (build.file("record"), build.built(Duration::from_secs(9)));
        let fingerprint = fingerprint.unwrap();
        assert_eq!(Fingerprint::read(&record), None);
        fingerprint.write(&record).unwrap();
        assert_eq!(Fingerprint::read(&record).as_ref(), Some(&fingerprint));
        let whole = fs::read(&record).unwrap();
        fs::write(&record, &whole[..whole.len() / 2]).unwrap();
        assert_eq!(Fingerprint::read(&record), None);
    }
}
