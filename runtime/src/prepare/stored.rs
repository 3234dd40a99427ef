//! What a module prepared ahead of time carries besides its code.
//!
//! A custom section named `vellum`, anywhere in the module:
//!
//! ```text
//! version   byte       1
//! number    u32        of the names of the appended exports
//! start     byte       1 if the first appended export is the start function, else 0
//! memories  vec(byte)  one per memory in index order: bit 0 imported, bit 1 shared
//! data      vec(data)  the active segments, encoded as in the data section
//! ```
//!
//! The section is not trusted: the code must have the form that the pass gives it.

use super::{
    DataSegment, Names, PrepareError,
    data::{collect, segments},
    emit::Emitter,
    output::Output,
    reader::Reader,
    scan::Scan,
    section::DATA,
    verify::{self, Appended},
};
use alloc::{string::ToString, vec::Vec};
use core::ops::Range;
use vellum_memory::MemoryType;

/// The name of the custom section.
pub(super) const SECTION: &str = "vellum";

const VERSION: u8 = 1;
const IMPORTED: u8 = 1;
const SHARED: u8 = 2;

/// Emits the contents of the section.
pub(super) fn write<'a>(emitter: &Emitter<'a>, out: &mut Output<'a>) -> Result<(), PrepareError> {
    let Emitter { module, layout, memories, .. } = *emitter;
    let origin = module.len();
    out.sized(SECTION.as_bytes(), origin);
    out.put(&[VERSION], origin);
    out.leb(layout.names.number, origin);
    out.put(&[u8::from(layout.start.is_some())], origin);
    out.leb(memories.len() as u64, origin);
    for memory in memories {
        let imported = if memory.imported { IMPORTED } else { 0 };
        let shared = if memory.ty.is_shared() { SHARED } else { 0 };
        out.put(&[imported | shared], origin);
    }
    out.leb(layout.active_segments, origin);
    segments(module, layout.sections.reader(module, DATA), memories, |segment| {
        if segment.active.is_some() {
            out.copy(segment.whole);
        }
        Ok(())
    })?;
    Ok(())
}

/// What the section says beside the memories.
pub(super) struct Stored {
    pub(super) names: Names,
    pub(super) start: bool,
    pub(super) data: Vec<DataSegment>,
}

/// Reads the section, checks that the code agrees with it, and takes what the pass appended out of
/// the scan.
pub(super) fn read(
    module: &[u8],
    scan: &mut Scan,
    section: Range<usize>,
) -> Result<Stored, PrepareError> {
    let at = section.start;
    if scan.layout.changes() {
        let message = "prepared module with memories, active data or a start section";
        return Err(PrepareError::invalid(at, message));
    }
    let mut reader = Reader::new(module, section);
    if reader.byte()? != VERSION {
        return Err(PrepareError::invalid(at, "prepared by another version of the pass"));
    }
    let names = Names { number: reader.var_u32()? };
    let start = match reader.byte()? {
        0 => false,
        1 => true,
        _ => return Err(PrepareError::invalid(at, "malformed flag in prepared module")),
    };
    let memories = read_memories(scan, &mut reader)?;
    let (total, data) = collect(module, reader, &scan.memories)?;
    if data.len() as u64 != u64::from(total) {
        return Err(PrepareError::invalid(at, "passive data stored in prepared module"));
    }
    verify::appended(module, scan, &Appended { at, names, start, memories, data: &data })?;
    Ok(Stored { names, start, data })
}

/// Marks the memories that are defined or shared, and returns the number of those defined.
fn read_memories(scan: &mut Scan, reader: &mut Reader<'_>) -> Result<u32, PrepareError> {
    let at = reader.position();
    if reader.var_u32()? != scan.sizes.memories {
        return Err(PrepareError::invalid(at, "memories of prepared module do not agree"));
    }
    let mut defined = 0;
    for memory in &mut scan.memories {
        let at = reader.position();
        let flags = reader.byte()?;
        memory.imported = flags & IMPORTED != 0;
        if flags & !(IMPORTED | SHARED) != 0 || (memory.imported && defined > 0) {
            return Err(PrepareError::invalid(at, "malformed memory in prepared module"));
        }
        defined += u32::from(!memory.imported);
        if flags & SHARED != 0 {
            memory.ty = MemoryType::builder()
                .min(memory.ty.minimum())
                .max(memory.ty.maximum())
                .memory64(memory.ty.is_64())
                .page_size_log2(memory.ty.page_size_log2())
                .shared(true)
                .build()
                .map_err(|error| PrepareError::Invalid {
                    offset: at,
                    message: error.to_string().into(),
                })?;
        }
    }
    Ok(defined)
}
