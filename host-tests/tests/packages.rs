//! The packages that are published say what they are, and have all their files in their folders.

use std::{fs, path::Path};

/// The folders of the packages.
const PACKAGES: [&str; 10] = [
    "memory-core",
    "runtime",
    "runtime/build",
    "runtime/compartment",
    "runtime/guest",
    "runtime/instrument",
    "runtime/optimize",
    "runtime/prepare",
    "runtime/sign",
    "runtime/split",
];

fn read(package: &str, file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(package).join(file);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The lines of a table of a manifest.
fn table<'a>(manifest: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let heading = format!("[{name}]");
    let lines = manifest.lines().skip_while(move |line| *line != heading).skip(1);
    lines.take_while(|line| !line.starts_with('['))
}

#[test]
fn manifests_are_complete() {
    for package in PACKAGES {
        let manifest = read(package, "Cargo.toml");
        let keys: Vec<_> = table(&manifest, "package")
            .filter_map(|line| line.split(['=', '.', ' ']).next())
            .collect();
        for key in [
            "name",
            "description",
            "version",
            "edition",
            "rust-version",
            "license",
            "readme",
            "documentation",
            "keywords",
            "categories",
        ] {
            assert!(keys.contains(&key), "{package}: no {key}");
        }
        let docs: Vec<_> = table(&manifest, "package.metadata.docs.rs").collect();
        assert!(docs.contains(&r#"rustdoc-args = ["--cfg", "docsrs"]"#), "{package}");
    }
}

#[test]
fn packages_have_the_licences_and_the_changelog() {
    for package in PACKAGES {
        for file in ["LICENSE-APACHE", "LICENSE-MIT", "CHANGELOG.md"] {
            assert_eq!(read(package, file), read("", file), "{package}/{file}");
        }
        assert!(!read(package, "README.md").is_empty());
    }
}

#[test]
fn front_pages_and_readmes_name_every_feature() {
    for package in PACKAGES {
        let manifest = read(package, "Cargo.toml");
        let features = table(&manifest, "features").filter_map(|line| line.split_once(" = "));
        let features: Vec<_> = features.map(|(name, _)| name).collect();
        assert!(features.iter().any(|name| *name != "default"), "features are found");
        for feature in features.into_iter().filter(|feature| *feature != "default") {
            let name = format!("`{feature}`");
            assert!(read(package, "src/lib.rs").contains(&name), "{package}/src/lib.rs: {name}");
            assert!(read(package, "README.md").contains(&name), "{package}/README.md: {name}");
        }
    }
}

#[test]
fn packages_include_no_files_from_outside() {
    for package in PACKAGES {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(package);
        let mut files = Vec::new();
        for folder in ["src", "tests"].map(|name| root.join(name)) {
            if folder.exists() {
                collect(&folder, &mut files);
            }
        }
        assert!(files.len() > 3, "files are found");
        for file in files {
            let text = fs::read_to_string(&file).expect("a readable file");
            for included in
                text.split("include_str!(\"").skip(1).filter_map(|rest| rest.split('"').next())
            {
                let path = file.parent().expect("a folder").join(included);
                let path = path.canonicalize().expect("the included file");
                let root = root.canonicalize().expect("the package");
                assert!(path.starts_with(root), "{}: {included}", file.display());
            }
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<std::path::PathBuf>) {
    for entry in fs::read_dir(folder).expect("a readable folder") {
        let path = entry.expect("a readable entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}
