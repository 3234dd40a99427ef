//! What a file is that is no module.

use crate::program::page;

/// What files of source code end in.
const SOURCES: [&str; 9] = ["c", "cc", "cpp", "go", "h", "hpp", "rs", "ts", "zig"];
/// Words that C sources begin a line with.
const C: [&str; 8] = ["#include", "#define", "int ", "void ", "static ", "extern ", "/*", "//"];
/// Files that begin with these bytes.
const KNOWN: [(&[u8], &str); 7] = [
    (b"\0asm\x0d\0\x01\0", "a component, which is not supported: build a core module"),
    (b"\x7fELF", "an ELF file, for a processor: build for a WebAssembly target"),
    (b"!<arch>", "a library of object files: link it to a module"),
    (b"BC\xc0\xde", "bitcode of LLVM: link it to a module"),
    (b"\x1f\x8b", "compressed by gzip: unpack it"),
    (b"PK\x03\x04", "a ZIP archive: unpack it"),
    (b"MZ", "a program for Windows: build for a WebAssembly target"),
];

/// What these bytes of a file with this extension are, if they are clearly something else than a module.
pub(crate) fn other_kind(bytes: &[u8], extension: Option<&str>) -> Option<String> {
    if bytes.is_empty() {
        return Some("empty".to_owned());
    }
    if let Some((_, kind)) = KNOWN.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Some((*kind).to_owned());
    }
    let is_source = extension.is_some_and(|extension| SOURCES.contains(&extension));
    let text = std::str::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))?;
    let first = text.lines().map(str::trim_start).find(|line| !line.is_empty());
    Some(match first {
        None => "blank".to_owned(),
        Some(line)
            if line.starts_with("(module") || line.starts_with(";;") || line.starts_with("(;") =>
        {
            "a module as text: its name is to end in .wat".to_owned()
        }
        Some(line) if is_source || C.iter().any(|word| line.starts_with(word)) => {
            format!(
                "source code: compile it, as {} tells for Rust, C and others",
                page("guests.md")
            )
        }
        Some(_) => "text".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::other_kind;

    #[test]
    fn files_are_told_apart() {
        for (bytes, kind) in [
            (&b""[..], "empty"),
            (b" \n\t\n", "blank"),
            (b"\n  (module)", "a module as text: "),
            (b"#include <stdio.h>\nint main(void) {}", "source code: "),
            (b"// A guest.\nint f;", "source code: "),
            (b"Hello", "text"),
            (b"\x7fELF\x01\x01", "an ELF file"),
            (b"\0asm\x0d\0\x01\0", "a component"),
            (b"!<arch>\n", "a library of object files"),
        ] {
            let found = other_kind(bytes, None).unwrap();
            assert!(found.starts_with(kind), "{kind}: {found}");
        }
    }

    #[test]
    fn source_code_is_told_by_the_name_of_its_file() {
        for extension in ["c", "rs", "ts", "zig", "go"] {
            let found = other_kind(b"fn main", Some(extension)).unwrap();
            assert!(found.starts_with("source code: compile it, as runtime/docs/"), "{found}");
        }
        assert_eq!(other_kind(b"fn main", Some("txt")).unwrap(), "text");
    }

    #[test]
    fn what_may_be_a_damaged_module_is_left_to_the_loader() {
        for bytes in [&b"\0asm\x01\0\0\0"[..], b"\0asm", b"\x51\xe0\x7b\x01", b"\0\0\0\0", b"\xff"]
        {
            assert_eq!(other_kind(bytes, Some("rs")), None);
        }
    }
}
