//! Which memories a module exports, which the interpreter does not tell.

use super::bytes::exactly;
use crate::error::Error;
use alloc::vec::Vec;
use wasmparser::{BinaryReader, ExportSectionReader, ExternalKind, Parser, Payload};

/// The exports of a module that has several memories. Of any other the index of a memory is 0.
#[derive(Debug)]
pub(super) struct MemoryExports(Option<Vec<u8>>);

impl MemoryExports {
    /// Those of a module of this code, which is valid and has so many memories.
    pub(super) fn of(code: &[u8], memories: usize) -> Result<Self, Error> {
        if memories < 2 {
            return Ok(Self(None));
        }
        let section =
            Parser::new(0).parse_all(code).map_while(Result::ok).find_map(
                |payload| match payload {
                    Payload::ExportSection(reader) => Some(reader.range()),
                    _ => None,
                },
            );
        let section = section.and_then(|section| code.get(section)).unwrap_or(&[0]);
        let mut exports = exactly(section.len())?;
        exports.extend_from_slice(section);
        Ok(Self(Some(exports)))
    }

    /// The index of the memory that the module exports by this name, if it exports a memory by it.
    pub(super) fn index(&self, name: &str) -> Option<u32> {
        let Self(Some(exports)) = self else { return Some(0) };
        ExportSectionReader::new(BinaryReader::new(exports, 0))
            .ok()?
            .into_iter()
            .map_while(Result::ok)
            .find(|export| export.name == name && export.kind == ExternalKind::Memory)
            .map(|export| export.index)
    }
}
