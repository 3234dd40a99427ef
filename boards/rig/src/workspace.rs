//! Where the sources are and which boards they have. In a checkout cargo tells; the installed program
//! reads the checkout that it was installed from, and builds into a cache.

use crate::board::{Board, Facts};
use crate::cache;
use crate::failure::WrongCommandLine;
use crate::program::{Program, sources};
use anyhow::{Context, Result, anyhow, bail};
use serde::Deserialize;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// This workspace.
pub(crate) struct Workspace {
    pub(crate) root: PathBuf,
    /// Where cargo puts what it builds, absolute.
    pub(crate) target_dir: PathBuf,
    /// Every board, sorted by name.
    pub(crate) boards: Vec<Board>,
}

impl Workspace {
    pub(crate) fn load() -> Result<Self> {
        match Program::current() {
            Program::Rig(root) => Self::ask_cargo(root),
            Program::Vellum => Self::installed(sources().map_err(|text| anyhow!(text))?),
        }
    }

    /// Asks cargo, which applies the user's configuration and environment.
    fn ask_cargo(root: &Path) -> Result<Self> {
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
            .arg(root.join("Cargo.toml"))
            .output()
            .context("cannot start cargo")?;
        if !output.status.success() {
            bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
        }
        Self::from_metadata(&output.stdout)
    }

    /// Reads the manifests of the boards.
    fn installed(root: PathBuf) -> Result<Self> {
        let folder = root.join("boards");
        let context = || format!("cannot read {}", folder.display());
        let mut packages = Vec::new();
        for entry in fs::read_dir(&folder).with_context(context)? {
            let manifest = entry.with_context(context)?.path().join("Cargo.toml");
            if !manifest.is_file() {
                continue;
            }
            let wrong = || format!("cannot read {}", manifest.display());
            let text = fs::read_to_string(&manifest).with_context(wrong)?;
            packages.push(toml::from_str::<Manifest>(&text).with_context(wrong)?.package);
        }
        let target_dir = cache::folder(&root)?;
        Self::new(root, target_dir, packages)
    }

    fn new(root: PathBuf, target_dir: PathBuf, packages: Vec<Package>) -> Result<Self> {
        let boards = packages.into_iter().filter_map(|package| package.into_board().transpose());
        let mut boards = boards.collect::<Result<Vec<_>>>()?;
        boards.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { root, target_dir, boards })
    }

    fn from_metadata(json: &[u8]) -> Result<Self> {
        let metadata: Metadata =
            serde_json::from_slice(json).context("cannot understand cargo metadata")?;
        Self::new(metadata.workspace_root, metadata.target_directory, metadata.packages)
    }

    /// The board called `name`, or the default board.
    pub(crate) fn board(&self, name: Option<&str>) -> Result<&Board> {
        let found = self.boards.iter().find(|board| match name {
            Some(name) => board.name == name,
            None => board.facts.default,
        });
        found.ok_or_else(|| {
            let names: Vec<&str> = self.boards.iter().map(|board| board.name.as_str()).collect();
            let what = match name {
                Some(name) => format!("unknown board: {name}"),
                None => "no board is marked `default = true`: name one by --board".to_owned(),
            };
            WrongCommandLine(format!("{what} (there are: {})", names.join(", "))).into()
        })
    }
}

/// The cargo that started this process, or the one on the path.
pub(crate) fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    target_directory: PathBuf,
    workspace_root: PathBuf,
}

#[derive(Deserialize)]
struct Manifest {
    package: Package,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    metadata: Option<serde_json::Map<String, serde_json::Value>>,
}

impl Package {
    fn into_board(self) -> Result<Option<Board>> {
        let Some(table) = self.metadata.and_then(|mut metadata| metadata.remove("board")) else {
            return Ok(None);
        };
        let facts: Facts = serde_json::from_value(table)
            .with_context(|| format!("[package.metadata.board] of {}", self.name))?;
        Ok(Some(Board { name: self.name, facts }))
    }
}

#[cfg(test)]
mod tests {
    use super::Workspace;
    use crate::failure::WrongCommandLine;

    const METADATA: &str = r#"{
        "workspace_root": "/w", "target_directory": "/t",
        "packages": [
            {"name": "library", "metadata": null},
            {"name": "tool", "metadata": {"docs": {}}},
            {"name": "zeta", "metadata": {"board": {"summary": "s", "core": "c", "target": "t",
                "flash": 1, "ram": 1, "default": true}}},
            {"name": "alpha", "metadata": {"board": {"summary": "s", "core": "c", "target": "t",
                "flash": 1, "ram": 1}}}
        ]}"#;

    #[test]
    fn boards_are_the_packages_with_a_board_table() {
        let workspace = Workspace::from_metadata(METADATA.as_bytes()).unwrap();
        let names: Vec<_> = workspace.boards.iter().map(|board| board.name.as_str()).collect();
        assert_eq!(names, ["alpha", "zeta"]);
        assert_eq!(workspace.board(None).unwrap().name, "zeta");
        assert_eq!(workspace.board(Some("alpha")).unwrap().name, "alpha");
    }

    #[test]
    fn an_unknown_board_is_a_wrong_command_line_that_lists_the_boards() {
        let workspace = Workspace::from_metadata(METADATA.as_bytes()).unwrap();
        let error = workspace.board(Some("beta")).unwrap_err();
        assert!(error.is::<WrongCommandLine>());
        assert_eq!(error.to_string(), "unknown board: beta (there are: alpha, zeta)");
    }

    #[test]
    fn a_wrong_board_table_names_its_package() {
        let json = METADATA.replace("\"ram\": 1}", "\"ram\": \"1K\"}");
        let error = Workspace::from_metadata(json.as_bytes()).err().unwrap();
        assert!(
            format!("{error:#}").starts_with("[package.metadata.board] of alpha: "),
            "{error:#}"
        );
    }
}
