//! A memory before and after a call, as text.

use super::module::{Exported, Inspected};
use super::text::quoted;
use crate::bytes::Bytes;
use crate::figures::thousands;
use anyhow::{Context, Result};
use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::ops::Range;
use std::path::Path;
use vellum_memory::{Change, Layout, MemoryAccess, MemoryMap, StackPaint};
use wasmparser::ExternalKind;

/// Lines of changes that are shown.
const LISTED: usize = 200;

/// A memory of a guest at two moments.
#[derive(Debug)]
pub(crate) struct Memory {
    /// Its number in the module.
    pub(crate) index: u32,
    /// The name by which the module exports it.
    pub(crate) name: Option<String>,
    pub(crate) before: Vec<u8>,
    pub(crate) after: Vec<u8>,
    /// The stack that was painted before the call.
    pub(crate) stack: Option<Range<usize>>,
}

/// The stack of the first memory, if it is known exactly.
fn stack(module: &Inspected) -> Option<Range<usize>> {
    let layout = module.layout();
    layout.stack().filter(|_| layout.is_stack_exact())
}

/// What the firmware is told: which stack to paint, and which memories to write to files.
pub(crate) fn request(module: &Inspected, exports: &[String]) -> String {
    let stack = stack(module).map_or(String::new(), |it| format!("{} {}", it.start, it.end));
    std::iter::once(stack)
        .chain(exports.iter().cloned())
        .fold(String::new(), |text, line| text + &line + "\n")
}

/// The memories that the firmware has written to files.
pub(crate) fn read(folder: &Path, module: &Inspected) -> Result<Vec<Memory>> {
    let mut memories = Vec::new();
    for index in 0..module.memories.len() as u32 {
        let file = |moment: &str| match fs::read(folder.join(format!("{moment}.{index}"))) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error).context("cannot read what the firmware has written"),
        };
        let (Some(before), Some(after)) = (file("before")?, file("after")?) else { break };
        let stack = stack(module).filter(|stack| index == 0 && stack.end <= before.len());
        let is_it =
            |export: &&Exported| export.kind == ExternalKind::Memory && export.index == index;
        let name = module.exports.iter().find(is_it).map(|export| export.name.clone());
        memories.push(Memory { index, name, before, after, stack });
    }
    Ok(memories)
}

impl Memory {
    pub(crate) fn layout<'a>(&self, module: &'a Inspected) -> Layout<'a> {
        if self.index == 0 { module.layout() } else { Layout::new() }
    }

    pub(crate) fn map<'a>(&'a self, module: &'a Inspected) -> MemoryMap<'a> {
        let map = self.after.map(self.layout(module));
        self.stack.clone().map_or(map, |stack| map.with_paint(StackPaint::already(stack)))
    }

    /// The most bytes of the stack that were in use at once.
    pub(crate) fn high_water(&self) -> Option<usize> {
        StackPaint::already(self.stack.clone()?).high_water(self.after.as_slice()).ok()
    }

    /// What the call has changed, without the stack.
    pub(crate) fn changes(&self) -> impl Iterator<Item = Change<'_>> {
        let is_stack = |range: Range<usize>| {
            self.stack.as_ref().is_some_and(|it| it.start <= range.start && range.end <= it.end)
        };
        self.after.diff(&self.before).filter(move |change| !is_stack(change.range()))
    }

    pub(crate) fn text(&self, module: &Inspected, range: Option<Bytes>) -> String {
        let size = thousands(self.after.len() as u64);
        let name = self.name.as_deref().map_or(String::new(), |name| format!(" {}", quoted(name)));
        let mut text = format!("memory {}{name}: {size} bytes", self.index);
        if self.before.len() != self.after.len() {
            let _ = write!(text, ", {} before the call", thousands(self.before.len() as u64));
        }
        let _ = writeln!(text, "\n{}", self.regions(module));
        self.show_changes(&mut text);
        if let Some(Bytes { start, end }) = range {
            let _ = writeln!(text, "bytes {start:#x}..{end:#x}");
            let dump = self.after.dump(start..end, 16).folded().to_string();
            let _ =
                writeln!(text, "{}", if dump.is_empty() { "none in the memory" } else { &dump });
        }
        text
    }

    /// The map, a line for each region.
    fn regions(&self, module: &Inspected) -> String {
        let mut regions = self.map(module).regions();
        let mut lines: Vec<_> = regions.by_ref().take(LISTED).map(|it| format!("  {it}")).collect();
        let more = regions.count();
        if more > 0 {
            lines.push(format!("  and {} more regions", thousands(more as u64)));
        }
        lines.join("\n")
    }

    fn show_changes(&self, text: &mut String) {
        let bytes: usize = self.changes().map(|change| change.range().len()).sum();
        if bytes == 0 {
            text.push_str("the call has changed nothing\n");
            return;
        }
        let plural = if bytes == 1 { "" } else { "s" };
        let _ = writeln!(text, "the call has changed {} byte{plural}", thousands(bytes as u64));
        let mut lines = 0;
        for change in self.changes() {
            for line in change.to_string().lines().take(LISTED - lines) {
                let _ = writeln!(text, "  {line}");
                lines += 1;
            }
            if lines == LISTED {
                text.push_str("  and more: --range shows them\n");
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"(module (memory (export "memory") 64 64 (pagesize 1))
        (global $__stack_pointer (mut i32) (i32.const 16))
        (global (export "__data_end") i32 (i32.const 24)) (data (i32.const 16) "data"))"#;

    fn module(text: &str) -> Inspected {
        Inspected::of(&wat::parse_str(text).unwrap())
    }

    /// A memory after a call that used 4 bytes of its stack, and changed two bytes elsewhere.
    pub(in crate::inspect) fn memory() -> (Inspected, Memory) {
        let folder = tempfile::tempdir().unwrap();
        let mut bytes = [0; 64];
        bytes[..16].fill(StackPaint::PAINT);
        bytes[16..20].copy_from_slice(b"data");
        fs::write(folder.path().join("before.0"), bytes).unwrap();
        bytes[12..16].fill(1);
        bytes[17] = b'o';
        bytes[40] = 0x3c;
        fs::write(folder.path().join("after.0"), bytes).unwrap();
        let module = module(TEXT);
        let mut memories = read(folder.path(), &module).unwrap();
        assert_eq!(memories.len(), 1);
        (module, memories.remove(0))
    }

    #[test]
    fn a_call_is_told_by_its_memory() {
        let (module, memory) = memory();
        let expected = "\
memory 0 \"memory\": 64 bytes
  0000..0010  stack         16 bytes, high water 4
  0010..0014  data           4 bytes, 4 not zero
  0014..0018  bss            4 bytes, all zero
  0018..0040  free          40 bytes, 1 not zero
the call has changed 2 bytes
  0011: 61 -> 6f  |a| -> |o|
  0028: 00 -> 3c  |.| -> |<|
bytes 0x10..0x14
0010: 64 6f 74 61  |dota|
";
        assert_eq!(memory.text(&module, Some(Bytes { start: 16, end: 20 })), expected);
    }

    #[test]
    fn a_range_outside_is_said_to_be_none() {
        let (module, memory) = memory();
        for (start, end) in [(64, 80), (usize::MAX, usize::MAX)] {
            let text = memory.text(&module, Some(Bytes { start, end }));
            assert!(text.ends_with("none in the memory\n"), "{text}");
        }
    }

    #[test]
    fn only_a_stack_that_is_exact_is_painted() {
        assert_eq!(stack(&module(TEXT)), Some(0..16));
        assert_eq!(request(&module(TEXT), &["memory 0".to_owned()]), "0 16\nmemory 0\n");
        // Data without a value may lie in it.
        let guessed = r#"(module (memory (export "memory") 1)
            (global $__stack_pointer (mut i32) (i32.const 64)))"#;
        assert_eq!(stack(&module(guessed)), None);
        assert_eq!(stack(&module("(module (memory 1))")), None);
        assert_eq!(request(&module("(module)"), &[]), "\n");
    }

    #[test]
    fn many_changes_are_cut() {
        let bytes: Vec<u8> = (0..4000).map(|index| index as u8 % 2).collect();
        let memory = Memory {
            index: 0,
            name: Some("\u{1b}[m".to_owned()),
            before: vec![0; 4000],
            after: bytes,
            stack: None,
        };
        let text = memory.text(&Inspected::default(), None);
        assert!(text.starts_with("memory 0 \"\\u{1b}[m\": 4,000 bytes\n"), "{text}");
        assert!(text.contains("has changed 2,000 bytes") && text.contains("and more: --range"));
        assert!(text.lines().count() < 210);
    }

    #[test]
    fn many_regions_are_cut() {
        let segments = (0..400).map(|index| format!("(data (i32.const {}) \"x\")", 2 * index));
        let module = module(&format!("(module (memory 1) {})", segments.collect::<String>()));
        let (before, after) = (vec![0; 800], vec![0; 800]);
        let memory = Memory { index: 0, name: None, before, after, stack: None };
        let text = memory.text(&module, None);
        assert!(text.contains("and 600 more regions"), "{text}");
    }

    #[test]
    fn a_memory_of_no_pages() {
        let memory =
            Memory { index: 1, name: None, before: Vec::new(), after: Vec::new(), stack: None };
        let text = memory.text(&Inspected::default(), Some(Bytes { start: 0, end: 4 }));
        assert!(text.contains("0 bytes") && text.contains("changed nothing"), "{text}");
    }
}
