//! What `deny.toml` says. Keys that are not checked here are refused.

use anyhow::{Context, Result};
use semver::VersionReq;
use serde::Deserialize;
use spdx::Licensee;

/// The rules for dependencies, in the format of cargo-deny.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Policy {
    /// Always all features, here.
    #[serde(rename = "graph")]
    _graph: toml::Table,
    /// For cargo-deny alone.
    #[serde(rename = "advisories")]
    _advisories: toml::Table,
    pub(super) licenses: Licenses,
    pub(super) bans: Bans,
    pub(super) sources: Sources,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Licenses {
    #[serde(rename = "version")]
    _version: u32,
    /// Those of the workspace are not looked at.
    #[serde(rename = "private")]
    _private: toml::Table,
    allow: Vec<License>,
    exceptions: Vec<Exception>,
}

/// Licences of one crate alone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exception {
    #[serde(rename = "crate")]
    name: String,
    allow: Vec<License>,
}

#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
struct License(Licensee);

impl TryFrom<String> for License {
    type Error = spdx::ParseError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Licensee::parse(&text).map(Self)
    }
}

impl Licenses {
    /// Whether a crate may have this licence.
    pub(super) fn allows(&self, name: &str, license: &spdx::LicenseReq) -> bool {
        let own = self.exceptions.iter().filter(|exception| exception.name == name);
        let mut allowed = self.allow.iter().chain(own.flat_map(|exception| &exception.allow));
        allowed.any(|License(licensee)| licensee.satisfies(license))
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Bans {
    #[serde(rename = "multiple-versions")]
    _multiple_versions: Allowed,
    pub(super) deny: Vec<Ban>,
}

/// The one level that needs no check.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Allowed {
    Allow,
}

/// A crate that is not to be used.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ban {
    #[serde(rename = "crate")]
    pub(super) spec: Spec,
    /// The crates that may use it all the same.
    #[serde(default)]
    pub(super) wrappers: Vec<String>,
}

/// The name of a crate, and behind `:` its versions.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Spec {
    name: String,
    versions: VersionReq,
}

impl TryFrom<String> for Spec {
    type Error = semver::Error;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let (name, versions) = text.split_once(':').unwrap_or((&text, "*"));
        Ok(Self { name: name.to_owned(), versions: versions.parse()? })
    }
}

impl Spec {
    pub(super) fn matches(&self, name: &str, version: &semver::Version) -> bool {
        self.name == name && self.versions.matches(version)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Sources {
    #[serde(rename = "unknown-registry")]
    _unknown_registry: Denied,
    #[serde(rename = "unknown-git")]
    _unknown_git: Denied,
    allow_registry: Vec<String>,
    allow_git: Vec<String>,
}

/// The one level that is checked.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Denied {
    Deny,
}

impl Sources {
    /// Whether crates may come from there. `source` is as cargo writes it.
    pub(super) fn allow(&self, source: &str) -> bool {
        let allowed = |prefix: &str, urls: &[String]| {
            let url = source.strip_prefix(prefix).and_then(|url| url.split(['?', '#']).next());
            url.is_some_and(|url| urls.iter().any(|allowed| allowed == url))
        };
        allowed("registry+", &self.allow_registry) || allowed("git+", &self.allow_git)
    }
}

impl Policy {
    pub(super) fn parse(text: &str) -> Result<Self> {
        toml::from_str(text).context("cannot understand deny.toml")
    }
}
