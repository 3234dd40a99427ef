//! Any bytes: loaded, linked, started, called and unloaded, with a good module after each.

use super::settings::{PAGES, Settings, says_prepared};
use crate::hostile::{attempt, read};
use std::sync::LazyLock;
use vellum::{Error, Module};

static GOOD: LazyLock<Vec<u8>> = LazyLock::new(|| read("good.wat"));

/// Whether the bytes were loaded.
pub(super) fn run(data: &[u8]) -> bool {
    let settings = Settings::of(data);
    let engine = settings.engine();
    let imports = Module::imports_only(&engine, data).map(|only| only.imports().count());
    let tried = attempt(&engine, data);
    assert!(!tried.loaded || imports.is_ok(), "{settings:?}: loaded, but its imports: {imports:?}");
    assert!(tried.unexpected().is_none(), "{settings:?}: {tried:?}");
    let valid = settings.is_valid(data);
    match &tried.errors[..] {
        [Error::InvalidModule { message, .. }] if !tried.loaded => {
            let may = !valid || is_limit(message) || says_prepared(data);
            assert!(may, "{settings:?}: refused, but valid: {message}");
        }
        _ => {
            let may = !tried.loaded || settings.may_be_valid(data);
            assert!(may, "{settings:?}: loaded, but not valid");
        }
    }
    assert_eq!(PAGES.leased(), 0, "{settings:?}: keeps pages");
    let good = attempt(&engine, &GOOD);
    assert!(good.is_good(), "{settings:?}: a good module fails: {good:?}");
    tried.loaded
}

/// Whether a valid module may be refused with these words: the interpreter has limits of its own.
fn is_limit(message: &str) -> bool {
    ["too many", "limit"].iter().any(|word| message.contains(word))
}
