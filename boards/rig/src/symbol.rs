//! The crate behind a symbol.

use rustc_demangle::try_demangle;

/// What symbols that no Rust crate mangled count for: assembly, handlers, entry points.
const NO_CRATE: &str = "(no crate)";

/// Crates whose generic code is made for the types of others.
const STANDARD: &[&str] = &["core", "alloc"];

/// What read-only data without a name of its own counts for: texts, tables, vtables.
pub(crate) const CONSTANTS: &str = "(unnamed constants)";

/// The crate that a symbol's code or data comes from. Generic code of the standard library counts
/// for the first other crate that it names.
pub(crate) fn crate_of(symbol: &str) -> String {
    let symbol = without_decoration(symbol);
    let Ok(name) = try_demangle(symbol) else {
        return if is_intrinsic(symbol) {
            "compiler_builtins".to_owned()
        } else if symbol.starts_with(".Lanon.") {
            CONSTANTS.to_owned()
        } else {
            NO_CRATE.to_owned()
        };
    };
    let name = format!("{name:#}");
    let roots = || path_roots(&name);
    let owner = roots().find(|root| !STANDARD.contains(root)).or_else(|| roots().next());
    owner.unwrap_or(NO_CRATE).to_owned()
}

/// The name of the function that a table of LLVM's is for, or the symbol itself.
fn without_decoration(symbol: &str) -> &str {
    let Some(function) = symbol.strip_prefix(".Lswitch.table.") else {
        return symbol;
    };
    match function.rsplit_once('.') {
        Some((function, copy)) if copy.bytes().all(|byte| byte.is_ascii_digit()) => function,
        _ => function,
    }
}

fn is_intrinsic(symbol: &str) -> bool {
    ["__aeabi_", "mem"].iter().any(|prefix| symbol.starts_with(prefix))
}

/// A symbol's name for people.
pub(crate) fn plain(symbol: &str) -> String {
    try_demangle(symbol).map_or_else(|_| symbol.to_owned(), |name| format!("{name:#}"))
}

/// The first segments of all paths in a demangled name, in their order.
fn path_roots(name: &str) -> impl Iterator<Item = &str> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    name.split_inclusive("::")
        .scan(false, move |continues, piece| {
            // A piece ends in `root::` if the path starts in it, and in `segment::` if it goes on.
            let word = piece.strip_suffix("::").unwrap_or_default();
            let start = word.rfind(|c| !is_word(c)).map_or(0, |index| index + 1);
            let starts_path = start > 0 || !*continues;
            *continues = true;
            let root = word.get(start..).unwrap_or_default();
            Some((starts_path && !root.is_empty()).then_some(root))
        })
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::{crate_of, path_roots, plain};

    fn roots(name: &str) -> Vec<&str> {
        path_roots(name).collect()
    }

    #[test]
    fn roots_of_paths() {
        assert_eq!(roots("wasmi::engine::run"), ["wasmi"]);
        assert_eq!(roots("<wasmi::Error as core::fmt::Display>::fmt"), ["wasmi", "core"]);
        assert_eq!(roots("core::ptr::drop_in_place::<wasmi::Module>"), ["core", "wasmi"]);
        assert_eq!(roots("<&[u8] as core::fmt::Debug>::fmt"), ["core"]);
        assert_eq!(roots("main"), [""; 0]);
    }

    #[test]
    fn symbols_of_both_manglings() {
        assert_eq!(crate_of("_RNvCs1234_5wasmi3run"), "wasmi");
        assert_eq!(crate_of("_ZN5wasmi6engine3run17h0123456789abcdefE"), "wasmi");
        let error =
            "_ZN51_$LT$wasmi..Error$u20$as$u20$core..fmt..Display$GT$3fmt17h0123456789abcdefE";
        assert_eq!(crate_of(error), "wasmi");
        assert_eq!(crate_of(&format!(".Lswitch.table.{error}")), "wasmi");
        assert_eq!(crate_of(&format!(".Lswitch.table.{error}.4762")), "wasmi");
    }

    #[test]
    fn symbols_of_no_crate() {
        assert_eq!(crate_of("HardFault"), "(no crate)");
        assert_eq!(crate_of("__aeabi_memcpy4"), "compiler_builtins");
        assert_eq!(crate_of(".Lanon.1152ce.95"), "(unnamed constants)");
        assert_eq!(plain("HEAP"), "HEAP");
    }
}
