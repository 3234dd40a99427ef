//! Modules as files: read, and turned from text into binary.

use anyhow::{Context, Result, anyhow};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use vellum_prepare::shares_memory;
use wasmparser::{Parser, Payload};

/// Reads a module; text (`.wat`) becomes binary, anything else stays as it is.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>> {
    let bytes =
        fs::read(file).with_context(|| format!("cannot read module: {}", file.display()))?;
    if file.extension() != Some(OsStr::new("wat")) {
        return Ok(bytes);
    }
    let name = file.display();
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        anyhow!("invalid module: {name}: byte {}: not UTF-8", error.valid_up_to())
    })?;
    wat::parse_str(text).map_err(|error| anyhow!("invalid module: {name}:{}", located(&error)))
}

/// Whether a guest needs a runtime with threads or with the system interface. What is malformed is
/// told where it is loaded.
pub(crate) fn needs_threads(binary: &[u8]) -> bool {
    let imports = Parser::new(0).parse_all(binary).filter_map(|payload| match payload {
        Ok(Payload::ImportSection(imports)) => Some(imports),
        _ => None,
    });
    let mut imports = imports.flatten().flatten();
    imports.any(|import| SYSTEM.contains(&import.module)) || shares_memory(binary).unwrap_or(false)
}

/// Names of the modules of the system interface.
const SYSTEM: [&str; 2] = ["wasi_snapshot_preview1", "wasi"];

/// A text error as `LINE:COL: message`, from a rendering that also shows the source line.
fn located(error: &wat::Error) -> String {
    let rendering = error.to_string();
    let mut lines = rendering.lines();
    let message = lines.next().unwrap_or_default();
    // The second line is `     --> <anon>:LINE:COL`.
    match lines.next().and_then(|line| line.split_once("<anon>:")) {
        Some((_, place)) => format!("{place}: {message}"),
        None => format!(" {message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{needs_threads, read};
    use std::fs;
    use std::path::Path;

    fn of(content: impl AsRef<[u8]>, name: &str) -> Result<Vec<u8>, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, content).unwrap();
        let folder = format!("{}/", folder.path().display());
        read(&path).map_err(|error| format!("{error:#}").replace(&folder, ""))
    }

    #[test]
    fn text_becomes_binary() {
        assert_eq!(of("(module)", "a.wat").unwrap(), b"\0asm\x01\0\0\0");
    }

    #[test]
    fn threads_are_needed_by_who_shares_memory_or_asks_the_system() {
        for (text, needs) in [
            ("(module)", false),
            (r#"(module (import "env" "print_i32" (func (param i32))) (memory 1 2))"#, false),
            ("(module (memory 1 2 shared))", true),
            (r#"(module (import "wasi" "thread-spawn" (func (param i32) (result i32))))"#, true),
            (r#"(module (import "wasi_snapshot_preview1" "proc_exit" (func (param i32))))"#, true),
        ] {
            assert_eq!(needs_threads(&wat::parse_str(text).unwrap()), needs, "{text}");
        }
        assert!(!needs_threads(b"\0asm"));
    }

    #[test]
    fn anything_else_stays() {
        assert_eq!(of("(module", "a.wasm").unwrap(), b"(module");
    }

    #[test]
    fn text_errors_say_where() {
        assert_eq!(
            of("(module\n  (fun))", "a.wat").unwrap_err(),
            "invalid module: a.wat:2:4: expected valid module field"
        );
        assert_eq!(
            of(b"(module)\xff", "a.wat").unwrap_err(),
            "invalid module: a.wat: byte 8: not UTF-8"
        );
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = format!("{:#}", read(Path::new("/nonexistent/a.wasm")).unwrap_err());
        assert!(error.starts_with("cannot read module: /nonexistent/a.wasm: "), "{error}");
    }
}
