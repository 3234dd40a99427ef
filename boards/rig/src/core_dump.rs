//! Core dumps of guests: what the firmware prints of memories and globals, as a file.

use crate::backtrace::Backtrace;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use vellum_instrument::{CoreDump, GlobalValue, MemoryImage, Symbols};

/// How lines begin that are of a dump.
const PREFIX: &str = "core: ";

/// The memories and globals of a guest that failed.
#[derive(Debug, Default)]
pub(crate) struct Core {
    memories: Vec<MemoryImage>,
    globals: Vec<GlobalValue>,
    /// The first line that is none of a dump: why there is none.
    fault: Option<String>,
}

impl Core {
    /// Takes in a line, and tells whether it is one of a dump.
    pub(crate) fn take(&mut self, line: &str) -> bool {
        let Some(line) = line.strip_prefix(PREFIX) else { return false };
        if self.add(line).is_none() {
            self.fault.get_or_insert_with(|| line.to_owned());
        }
        true
    }

    fn add(&mut self, line: &str) -> Option<()> {
        match line.split(' ').collect::<Vec<_>>()[..] {
            ["global", index, ty, bits] => {
                let bits = u64::from_str_radix(bits, 16).ok()?;
                let narrow = u32::try_from(bits);
                let value = match ty {
                    "i32" => GlobalValue::I32(narrow.ok()?),
                    "i64" => GlobalValue::I64(bits),
                    "f32" => GlobalValue::F32(narrow.ok()?),
                    "f64" => GlobalValue::F64(bits),
                    _ => GlobalValue::Other,
                };
                (index.parse() == Ok(self.globals.len())).then(|| self.globals.push(value))
            }
            ["memory", index, pages, log2] => {
                let (pages, page_size_log2) = (pages.parse().ok()?, log2.parse().ok()?);
                let memory = MemoryImage { pages, page_size_log2, pieces: Vec::new() };
                (index.parse() == Ok(self.memories.len())).then(|| self.memories.push(memory))
            }
            [start, digits] => {
                let start = u32::from_str_radix(start, 16).ok()?;
                let bytes = digits
                    .as_bytes()
                    .chunks(2)
                    .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).ok()?, 16).ok());
                let bytes = bytes.collect::<Option<Vec<_>>>()?;
                let pieces = &mut self.memories.last_mut()?.pieces;
                match pieces.last_mut() {
                    Some((first, last)) if *first as usize + last.len() == start as usize => {
                        last.extend(bytes);
                    }
                    _ => pieces.push((start, bytes)),
                }
                Some(())
            }
            _ => None,
        }
    }

    /// Writes the dump of a guest with these frames.
    pub(crate) fn write(
        self,
        file: &Path,
        module: &str,
        symbols: &Symbols<'_>,
        backtrace: &Backtrace,
    ) -> Result<()> {
        if let Some(fault) = self.fault {
            bail!("no core dump: {}: {fault}", file.display());
        }
        let Self { memories, globals, .. } = self;
        let dump = CoreDump { memories, globals, frames: backtrace.offsets().collect() };
        fs::write(file, dump.encode(module, symbols))
            .with_context(|| format!("cannot write core dump: {}", file.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Core, GlobalValue};

    #[test]
    fn lines_become_memories_and_globals() {
        let mut core = Core::default();
        for line in [
            "core: global 0 i32 ffffffff",
            "core: global 1 f64 8000000000000000",
            "core: global 2 other 0",
            "core: memory 0 2 16",
            "core: 0 0102",
            "core: 2 03",
            "core: 40 ff00",
            "core: memory 1 9 0",
        ] {
            assert!(core.take(line), "{line}");
        }
        assert!(!core.take("result: 3"));
        assert_eq!(core.fault, None);
        let globals = [GlobalValue::I32(u32::MAX), GlobalValue::F64(1 << 63), GlobalValue::Other];
        assert_eq!(core.globals, globals);
        let pieces = [(0, vec![1, 2, 3]), (0x40, vec![255, 0])];
        assert_eq!(core.memories[0].pieces, pieces);
        assert_eq!((core.memories[0].pages, core.memories[1].pages), (2, 9));
    }

    #[test]
    fn other_lines_are_faults() {
        for line in ["global 1 i32 0", "memory 1 2 16", "0 01", "global 0 i32 1ffffffff", "lost"] {
            let mut core = Core::default();
            assert!(core.take(&format!("core: {line}")));
            assert_eq!(core.fault.as_deref(), Some(line));
        }
        let mut core = Core::default();
        core.take("core: memory 0 1 16");
        core.take("core: 0 zz");
        assert_eq!(core.fault.as_deref(), Some("0 zz"));
    }
}
