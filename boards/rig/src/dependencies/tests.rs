use super::check;

const POLICY: &str = r#"
[graph]
[advisories]
[licenses]
version = 2
allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
exceptions = [{ crate = "special", allow = ["MPL-2.0"] }]
[licenses.private]
[bans]
multiple-versions = "allow"
deny = [{ crate = "parser:>=2", wrappers = ["tests"] }, { crate = "never" }]
[sources]
unknown-registry = "deny"
unknown-git = "deny"
allow-registry = ["https://registry"]
allow-git = ["https://git/one"]
"#;

/// The faults of a workspace `own` that uses one package with this name, version, licence and source.
fn faults(name: &str, version: &str, license: &str, source: &str) -> Vec<String> {
    let metadata = format!(
        r#"{{"packages": [
            {{"id": "o", "name": "own", "version": "1.0.0", "license": null, "source": null}},
            {{"id": "p", "name": "{name}", "version": "{version}", "license": {license},
              "source": "{source}"}}],
          "resolve": {{"nodes": [
            {{"id": "o", "dependencies": ["p"]}}, {{"id": "p", "dependencies": []}}]}}}}"#
    );
    let findings = check(POLICY, metadata.as_bytes()).unwrap();
    assert_eq!(findings.packages, 1);
    findings.faults
}

fn license(name: &str, license: &str) -> Vec<String> {
    faults(name, "1.0.0", license, "registry+https://registry")
}

fn source(source: &str) -> Vec<String> {
    faults("some", "1.0.0", "\"MIT\"", source)
}

fn used(name: &str, version: &str) -> Vec<String> {
    faults(name, version, "\"MIT\"", "registry+https://registry")
}

#[test]
fn licences_are_those_allowed() {
    for allowed in ["MIT", "MIT/GPL-3.0", "GPL-3.0 OR Apache-2.0", "(MIT OR X11) AND Apache-2.0"] {
        assert_eq!(license("some", &format!("\"{allowed}\"")), [""; 0], "{allowed}");
    }
    assert_eq!(license("some", "\"Apache-2.0 WITH LLVM-exception\""), [""; 0]);
    for refused in ["GPL-3.0", "MIT AND GPL-3.0", "MPL-2.0"] {
        let fault = format!("license: some 1.0.0: not allowed: {refused}");
        assert_eq!(license("some", &format!("\"{refused}\"")), [fault]);
    }
    assert_eq!(license("some", "null"), ["license: some 1.0.0: none is named"]);
    assert_eq!(license("some", "\"Nonsense-1\"").len(), 1);
}

#[test]
fn an_exception_is_for_one_crate() {
    assert_eq!(license("special", "\"MPL-2.0\""), [""; 0]);
    assert_eq!(license("other", "\"MPL-2.0\"").len(), 1);
}

#[test]
fn sources_are_those_allowed() {
    assert_eq!(source("registry+https://registry"), [""; 0]);
    assert_eq!(source("git+https://git/one?rev=1#2"), [""; 0]);
    let other = "git+https://git/two#1";
    assert_eq!(source(other), [format!("source: some 1.0.0: {other}")]);
    assert_eq!(source("registry+https://registry/other").len(), 1);
}

#[test]
fn banned_crates_are_used_by_their_wrappers_only() {
    assert_eq!(used("never", "1.0.0"), ["banned: never 1.0.0: used by own"]);
    assert_eq!(used("parser", "1.9.0"), [""; 0]);
    assert_eq!(used("parser", "2.0.0"), ["banned: parser 2.0.0: used by own"]);
    let wrapped = POLICY.replace("\"tests\"", "\"own\"");
    let metadata = r#"{"packages": [
        {"id": "o", "name": "own", "version": "1.0.0", "license": null, "source": null},
        {"id": "p", "name": "parser", "version": "2.0.0", "license": "MIT",
         "source": "registry+https://registry"}],
        "resolve": {"nodes": [{"id": "o", "dependencies": ["p"]}]}}"#;
    assert_eq!(check(&wrapped, metadata.as_bytes()).unwrap().faults, [""; 0]);
}

#[test]
fn a_rule_that_is_not_checked_is_refused() {
    let refusal = |policy: &str| check(policy, b"{}").err().unwrap().to_string();
    assert_eq!(refusal(POLICY), "cannot understand cargo metadata");
    for rule in ["[bans.workspace-dependencies]\n", "[licenses.clarify]\n", "[output]\n"] {
        assert_eq!(refusal(&format!("{POLICY}{rule}")), "cannot understand deny.toml", "{rule}");
    }
    let weaker = POLICY.replace("unknown-git = \"deny\"", "unknown-git = \"warn\"");
    assert_eq!(refusal(&weaker), "cannot understand deny.toml");
}
