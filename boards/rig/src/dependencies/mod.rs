//! Checks licences, banned crates and sources of all dependencies against `deny.toml`.

mod graph;
mod policy;

use anyhow::Result;
use graph::{Graph, Package};
use policy::Policy;
use spdx::{Expression, ParseMode};

/// What the policy and the metadata are found to say.
pub(crate) struct Findings {
    /// How many dependencies there are.
    pub(crate) packages: usize,
    /// One line for each rule that one of them breaks.
    pub(crate) faults: Vec<String>,
}

/// Checks the dependencies in `metadata`, which is cargo's, against a policy, which is a `deny.toml`.
pub(crate) fn check(policy: &str, metadata: &[u8]) -> Result<Findings> {
    let (policy, graph) = (Policy::parse(policy)?, Graph::parse(metadata)?);
    let dependencies = graph
        .packages
        .iter()
        .filter_map(|package| package.source.as_deref().map(|source| (package, source)));
    let mut findings = Findings { packages: 0, faults: Vec::new() };
    for (package, source) in dependencies {
        findings.packages += 1;
        let name = format!("{} {}", package.name, package.version);
        if let Some(fault) = license_fault(&policy, package) {
            findings.faults.push(format!("license: {name}: {fault}"));
        }
        if !policy.sources.allow(source) {
            findings.faults.push(format!("source: {name}: {source}"));
        }
        let bans = policy.bans.deny.iter();
        for ban in bans.filter(|ban| ban.spec.matches(&package.name, &package.version)) {
            let users =
                graph.users(package).filter(|user| !ban.wrappers.iter().any(|may| may == user));
            findings.faults.extend(users.map(|user| format!("banned: {name}: used by {user}")));
        }
    }
    Ok(findings)
}

/// What is wrong with a package's licence.
fn license_fault(policy: &Policy, package: &Package) -> Option<String> {
    let Some(license) = &package.license else { return Some("none is named".to_owned()) };
    let allows = |license: &_| policy.licenses.allows(&package.name, license);
    match Expression::parse_mode(license, ParseMode::LAX) {
        Ok(expression) if expression.evaluate(allows) => None,
        Ok(_) => Some(format!("not allowed: {license}")),
        Err(error) => Some(format!("{license}: {}", error.reason)),
    }
}

#[cfg(test)]
mod tests;
