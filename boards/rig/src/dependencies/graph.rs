//! The dependencies, as `cargo metadata` tells them.

use anyhow::{Context, Result};
use semver::Version;
use serde::Deserialize;
use std::collections::BTreeMap;

/// All packages, and who uses which.
#[derive(Debug, Deserialize)]
pub(super) struct Graph {
    pub(super) packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Debug, Deserialize)]
pub(super) struct Package {
    id: String,
    pub(super) name: String,
    pub(super) version: Version,
    /// As its manifest has it.
    pub(super) license: Option<String>,
    /// None of what is in the workspace.
    pub(super) source: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    dependencies: Vec<String>,
}

impl Graph {
    pub(super) fn parse(json: &[u8]) -> Result<Self> {
        serde_json::from_slice(json).context("cannot understand cargo metadata")
    }

    /// The names of the packages that use this one.
    pub(super) fn users<'a>(&'a self, package: &'a Package) -> impl Iterator<Item = &'a str> {
        let names: BTreeMap<&str, &str> =
            self.packages.iter().map(|package| (&*package.id, &*package.name)).collect();
        let users =
            self.resolve.nodes.iter().filter(|node| node.dependencies.contains(&package.id));
        users.filter_map(move |node| names.get(&*node.id).copied())
    }
}
