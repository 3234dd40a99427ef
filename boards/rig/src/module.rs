//! Modules as files: read, and turned from text into binary.

mod kind;
mod parts;

pub(crate) use parts::in_parts;

use anyhow::{Context, Result, anyhow, bail};
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use vellum_prepare::shares_memory;
use wasmparser::{FunctionBody, Parser, Payload};

/// The byte before the number of an atomic instruction.
const ATOMIC: u8 = 0xFE;
/// The custom sections by which a module says that it is prepared, and in parts.
const KEPT: [&str; 2] = ["vellum", "vellum.parts"];

/// Reads a module; text (`.wat`) becomes binary, anything else stays as it is.
pub(crate) fn read(file: &Path) -> Result<Vec<u8>> {
    let bytes =
        fs::read(file).with_context(|| format!("cannot read module: {}", file.display()))?;
    let name = file.display();
    if file.extension() != Some(OsStr::new("wat")) {
        let extension = file.extension().and_then(OsStr::to_str);
        return match kind::other_kind(&bytes, extension) {
            Some(kind) => bail!("no module: {name} is {kind}"),
            None => Ok(bytes),
        };
    }
    let text = std::str::from_utf8(&bytes).map_err(|error| {
        anyhow!("invalid module: {name}: byte {}: not UTF-8", error.valid_up_to())
    })?;
    wat::parse_str(text).map_err(|error| anyhow!("invalid module: {name}:{}", located(&error)))
}

/// The module without the custom sections at its end, names and debug information, which a chip has no
/// use for. Where the others are stays, so that errors name the bytes of the file.
pub(crate) fn without_trailing_sections(binary: &[u8]) -> &[u8] {
    let mut end = None;
    for payload in Parser::new(0).parse_all(binary) {
        let Ok(payload) = payload else { return binary };
        match &payload {
            Payload::CustomSection(section) if !KEPT.contains(&section.name()) => {}
            Payload::CodeSectionEntry(body) => end = Some(body.range().end),
            other => end = other.as_section().map(|(_, range)| range.end).or(end),
        }
    }
    end.map_or(binary, |end| &binary[..end])
}

/// Whether a guest needs a runtime with threads or with the system interface. What is malformed is
/// told where it is loaded.
pub(crate) fn needs_threads(binary: &[u8]) -> bool {
    let needs = |payload| match payload {
        Ok(Payload::ImportSection(imports)) => {
            imports.into_iter().flatten().any(|import| SYSTEM.contains(&import.module))
        }
        Ok(Payload::CodeSectionEntry(body)) => is_atomic(binary, &body),
        _ => false,
    };
    shares_memory(binary).unwrap_or(false) || Parser::new(0).parse_all(binary).any(needs)
}

/// Whether a function has an atomic instruction.
fn is_atomic(binary: &[u8], body: &FunctionBody<'_>) -> bool {
    let Ok(mut operators) = body.get_operators_reader() else { return false };
    while !operators.eof() {
        let at = operators.original_position();
        if operators.read().is_err() {
            return false;
        }
        if binary.get(at) == Some(&ATOMIC) {
            return true;
        }
    }
    false
}

/// Names of the modules of the system interface.
const SYSTEM: [&str; 3] = ["wasi_snapshot_preview1", "wasi_unstable", "wasi"];

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
    use super::{needs_threads, read, without_trailing_sections};
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
            ("(module (memory 1) (func (drop (i32.atomic.load (i32.const 0)))))", true),
            ("(module (func atomic.fence))", true),
            ("(module (func (drop (i32.const 0xfe))))", false),
            (r#"(module (import "wasi_unstable" "proc_exit" (func (param i32))))"#, true),
        ] {
            assert_eq!(needs_threads(&wat::parse_str(text).unwrap()), needs, "{text}");
        }
        assert!(!needs_threads(b"\0asm"));
    }

    #[test]
    fn custom_sections_at_the_end_are_dropped() {
        let custom = |name: &str, place: &str| format!(r#"(@custom "{name}" {place} "bytes")"#);
        let module = |customs: &str| {
            let text = r#"(memory 1) (func $f (drop (i32.const 1))) (data (i32.const 0) "d")"#;
            wat::parse_str(format!("(module {text} {customs})")).unwrap()
        };
        let plain = module("");
        let named = without_trailing_sections(&plain).len();
        // The text has a name, which is a custom section too.
        assert!(named < plain.len());
        let end = custom("producers", "(after last)") + &custom(".debug_info", "(after last)");
        assert_eq!(without_trailing_sections(&module(&end)).len(), named);
        let front = custom("dylink.0", "(before first)");
        let with_front = module(&front);
        assert_eq!(without_trailing_sections(&with_front).len(), named + 16);
        assert_eq!(without_trailing_sections(&module(&(end + &front))).len(), named + 16);

        let prepared = vellum_prepare::prepare_to_vec(&plain, &vellum_prepare::Options::new());
        let prepared = prepared.unwrap();
        let kept = without_trailing_sections(&prepared);
        vellum_prepare::prepare(kept, &vellum_prepare::Options::new()).unwrap();
        assert!(prepared.windows(6).any(|bytes| bytes == b"vellum"));
        assert!(kept.windows(6).any(|bytes| bytes == b"vellum"));
        for malformed in [&b"\0asm"[..], b"\0asm\x01\0\0\0\x00\x09\x01x", b"text"] {
            assert_eq!(without_trailing_sections(malformed), malformed);
        }
        let code = b"\0asm\x01\0\0\0";
        assert_eq!(without_trailing_sections(code), code);
    }

    #[test]
    fn anything_else_stays() {
        assert_eq!(of(b"\0asm\x01", "a.wasm").unwrap(), b"\0asm\x01");
    }

    #[test]
    fn what_is_no_module_is_named() {
        assert_eq!(of("", "a.wasm").unwrap_err(), "no module: a.wasm is empty");
        let expected = "no module: a.c is source code: compile it";
        assert!(of("int main(void);", "a.c").unwrap_err().starts_with(expected));
        assert_eq!(of("Hello", "a.wasm").unwrap_err(), "no module: a.wasm is text");
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
