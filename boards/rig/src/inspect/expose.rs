//! A module that exports all of its memories, so that they can be looked at.

use super::module::Inspected;
use wasmparser::{BinaryReader, BinaryReaderError};

const EXPORT: u8 = 7;
/// The sections that come after that of the exports: start, elements, code, data and their count.
const BEHIND: [u8; 5] = [8, 9, 10, 11, 12];
const MEMORY: u8 = 2;
/// Memories that are exported.
const MOST: usize = 16;

/// A module that also exports its memories, the first ones.
pub(crate) struct Exposed {
    pub(crate) binary: Vec<u8>,
    /// The names of the exports, by the memories' numbers.
    pub(crate) names: Vec<String>,
}

impl Exposed {
    /// Appends exports, so that everything else keeps its number. What can't be read stays as it is: the
    /// chip tells.
    pub(crate) fn of(binary: Vec<u8>, module: &Inspected) -> Self {
        let memories = 0..module.memories.len().min(MOST);
        let names: Vec<_> = memories.map(|memory| unused(memory, module)).collect();
        if names.is_empty() {
            return Self { binary, names };
        }
        let entries = names.iter().enumerate().flat_map(|(memory, name)| {
            [leb(name.len()), name.clone().into_bytes(), vec![MEMORY], leb(memory)].concat()
        });
        let entries: Vec<u8> = entries.collect();
        let binary = with_exports(&binary, names.len(), &entries).unwrap_or(binary);
        Self { binary, names }
    }
}

/// A name that the module does not export.
fn unused(memory: usize, module: &Inspected) -> String {
    let mut name = format!("memory {memory}");
    while module.exports.iter().any(|export| export.name == name) {
        name.push('\'');
    }
    name
}

/// Appends entries to the section of the exports, or inserts one.
fn with_exports(binary: &[u8], count: usize, entries: &[u8]) -> Result<Vec<u8>, BinaryReaderError> {
    let mut reader = BinaryReader::new(binary, 0);
    let mut module = reader.read_bytes(8)?.to_vec();
    let mut is_done = false;
    while !reader.eof() {
        let id = reader.read_u8()?;
        let length = reader.read_var_u32()? as usize;
        let content = reader.read_bytes(length)?;
        if id == EXPORT && !is_done {
            let mut old = BinaryReader::new(content, 0);
            let before = old.read_var_u32()? as usize;
            let rest = content.get(old.original_position()..).unwrap_or_default();
            section(&mut module, EXPORT, &[&leb(before + count), rest, entries]);
            is_done = true;
            continue;
        }
        if BEHIND.contains(&id) && !is_done {
            section(&mut module, EXPORT, &[&leb(count), entries]);
            is_done = true;
        }
        section(&mut module, id, &[content]);
    }
    if !is_done {
        section(&mut module, EXPORT, &[&leb(count), entries]);
    }
    Ok(module)
}

fn section(module: &mut Vec<u8>, id: u8, parts: &[&[u8]]) {
    module.push(id);
    module.extend(leb(parts.iter().map(|part| part.len()).sum()));
    parts.iter().for_each(|part| module.extend_from_slice(part));
}

/// A number in LEB128.
fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number >= 0x80 {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

#[cfg(test)]
mod tests {
    use super::Exposed;
    use crate::inspect::module::Inspected;

    fn exposed(text: &str) -> (Vec<String>, Vec<String>) {
        let binary = wat::parse_str(text).unwrap();
        let module = Inspected::of(&binary);
        let Exposed { binary, names } = Exposed::of(binary, &module);
        wasmparser::validate(&binary).unwrap();
        let exports = Inspected::of(&binary).exports;
        (names, exports.into_iter().map(|export| export.name).collect())
    }

    #[test]
    fn memories_are_exported() {
        let one = "memory 0".to_owned();
        for text in [
            "(module (memory 1))",
            "(module (memory 1) (func $f) (start $f) (data \"\"))",
            r#"(module (import "env" "memory" (memory 1)))"#,
        ] {
            assert_eq!(exposed(text), (vec![one.clone()], vec![one.clone()]), "{text}");
        }
        let two = r#"(module (memory 1) (memory (export "b") 1) (func (export "f")))"#;
        assert_eq!(exposed(two).1, ["b", "f", "memory 0", "memory 1"]);
        let taken = r#"(module (memory 1) (func (export "memory 0")) (func (export "memory 0'")))"#;
        assert_eq!(exposed(taken).0, ["memory 0''"]);
        let many = format!("(module {})", "(memory 0)".repeat(40));
        assert_eq!(exposed(&many).0.len(), 16);
    }

    #[test]
    fn a_module_without_memories_stays_and_so_does_what_is_malformed() {
        for binary in
            [b"\0asm\x01\0\0\0".as_slice(), b"\0asm\x01\0\0\0\x05\x03\x01\0\x01\x07", b"text"]
        {
            let module = Inspected::of(binary);
            assert_eq!(Exposed::of(binary.to_vec(), &module).binary, binary);
        }
    }
}
