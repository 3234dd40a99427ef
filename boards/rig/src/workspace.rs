//! Where this workspace is and which boards it has, as `cargo metadata` tells it.

use crate::board::{Board, Facts};
use crate::failure::WrongCommandLine;
use anyhow::{Context, Result, bail};
use serde::Deserialize;
use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
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
    /// Asks cargo, which applies the user's configuration and environment.
    pub(crate) fn load() -> Result<Self> {
        let output = Command::new(cargo())
            .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path"])
            .arg(manifest()?)
            .output()
            .context("cannot start cargo")?;
        if !output.status.success() {
            bail!("cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
        }
        Self::from_metadata(&output.stdout)
    }

    fn from_metadata(json: &[u8]) -> Result<Self> {
        let metadata: Metadata =
            serde_json::from_slice(json).context("cannot understand cargo metadata")?;
        let mut boards = metadata
            .packages
            .into_iter()
            .filter_map(|package| package.into_board().transpose())
            .collect::<Result<Vec<_>>>()?;
        boards.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(Self { root: metadata.workspace_root, target_dir: metadata.target_directory, boards })
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

/// The manifest of this workspace. Cargo, when it starts this program, says where the program's package
/// is; started by hand, the program is used in the checkout that the current folder is in.
fn manifest() -> Result<PathBuf> {
    let package = env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
    let here = env::current_dir().ok();
    let folders = package.iter().chain(&here).flat_map(|folder| folder.ancestors());
    let mut roots = folders.filter(|folder| folder.join(RIG).is_file());
    let root = roots
        .next()
        .context("cannot find Vellum's workspace: start `cargo rig` in a folder of its checkout")?;
    Ok(root.join("Cargo.toml"))
}

/// The manifest of this program, from the workspace's root on.
const RIG: &str = "boards/rig/Cargo.toml";

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
