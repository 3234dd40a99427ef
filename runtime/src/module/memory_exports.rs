//! Which memories a module exports, which the interpreter does not tell.

use super::bytes::exactly;
use crate::error::Error;
use alloc::boxed::Box;
use vellum_prepare::Prepared;
use wasmparser::{BinaryReader, ExportSectionReader, ExternalKind};

/// The exports of a module that has several memories. Of any other the index of a memory is 0.
#[derive(Debug)]
pub(super) struct MemoryExports(Option<Box<[u8]>>);

impl MemoryExports {
    /// Those of a module that is valid.
    pub(super) fn of(prepared: &Prepared<'_>) -> Result<Self, Error> {
        let (2.., Some(section)) = (prepared.memories.len(), prepared.export_section()) else {
            return Ok(Self(None));
        };
        let mut exports = exactly(section.len())?;
        exports.extend_from_slice(section);
        Ok(Self(Some(exports.into_boxed_slice())))
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
