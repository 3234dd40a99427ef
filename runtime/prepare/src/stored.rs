//! What a module prepared ahead of time carries besides its code.
//!
//! A custom section named `vellum`, anywhere in the module. One with another magic number is someone
//! else's, and ignored.
//!
//! ```text
//! magic     4 bytes      00 76 70 6d
//! version   byte         5
//! number    u32          of the names of the appended exports
//! flags     byte         bit 0: the first appended export is the start function
//!                        bit 1: fit for threads
//!                        bit 2: interruptible
//! memories  vec(byte)    one per memory in index order: bit 0 imported, bit 1 shared, bit 2
//!                        locked; behind one that is locked, its minimum as a u64
//! helpers   vec(helper)  in the order of their slots
//! data      vec(data)    the segments, encoded as in the data section
//! ```
//!
//! The section is not trusted: the code must have the form that the pass gives it.

use super::{
    data::{DataSegment, collect},
    error::PrepareError,
    helper::Helper,
    helper_code,
    host_table::{self, HostTable},
    layout::Layout,
    lookup,
    memories::MemoryDecl,
    names::Names,
    options::Options,
    output::Output,
    reader::Reader,
    scan::Scan,
    section::{DATA, MAGIC, STORED},
    tables::{TableDecl, tables},
    verify::{self, Appended},
};
use alloc::{string::ToString, vec::Vec};
use core::ops::Range;
use vellum_memory::MemoryType;

/// The version of the module pass: of what a prepared module stores and of what is mended in it. Modules that
/// another version has prepared are refused.
pub const VERSION: u8 = 5;
const START: u8 = 1;
const THREADS: u8 = 2;
const INTERRUPTIBLE: u8 = 4;
const IMPORTED: u8 = 1;
const SHARED: u8 = 2;
const LOCKED: u8 = 4;

/// Emits the contents of the section.
pub(super) fn write(module: &[u8], layout: &Layout, memories: &[MemoryDecl], out: &mut Output<'_>) {
    let origin = module.len();
    out.sized(STORED.as_bytes(), origin);
    out.put(&MAGIC, origin);
    out.put(&[VERSION], origin);
    out.leb(layout.names.number, origin);
    let start = if layout.start.is_some() { START } else { 0 };
    let threads = if layout.lowering.fits_threads() { THREADS } else { 0 };
    let interruptible = if layout.lowering.is_interruptible() { INTERRUPTIBLE } else { 0 };
    out.put(&[start | threads | interruptible], origin);
    out.leb(memories.len() as u64, origin);
    for memory in memories {
        let imported = if memory.imported { IMPORTED } else { 0 };
        let shared = if memory.ty.is_shared() { SHARED } else { 0 };
        let locked = if memory.locked { LOCKED } else { 0 };
        out.put(&[imported | shared | locked], origin);
        if memory.locked {
            out.leb(memory.ty.minimum(), origin);
        }
    }
    let helpers = &layout.lowering.host.helpers;
    out.leb(helpers.len() as u64, origin);
    for helper in helpers {
        helper_code::write(*helper, out, origin);
    }
    match layout.sections.get(DATA) {
        Some(data) => out.copy(data.content()),
        None => out.leb(0u32, origin),
    }
}

/// What the section says besides the memories.
pub(super) struct Stored {
    pub(super) names: Names,
    pub(super) start: bool,
    pub(super) helpers: Vec<Helper>,
    pub(super) data: Vec<DataSegment>,
}

/// Reads the section, checks that the code agrees with it, and takes what the pass appended out of
/// the scan.
pub(super) fn read(
    module: &[u8],
    scan: &mut Scan,
    section: Range<usize>,
    options: &Options,
) -> Result<Stored, PrepareError> {
    let at = section.start;
    let Said { names, start, memories, threads, interruptible, tables, host, data } =
        said(module, scan, section, options)?;
    let appended =
        Appended { at, names, start, memories, tables: &tables, host: &host, data: &data };
    verify::appended(module, scan, &appended)?;
    let host_table = tables.len().checked_sub(1).filter(|_| !host.is_empty());
    let host_table = host_table.and_then(|index| u32::try_from(index).ok());
    let signs = verify::is_mended(module, &scan.layout.sections, &scan.memories, host_table)?;
    if threads && signs.changes {
        verify::grows_no_table(module, &scan.layout.sections)?;
    }
    if interruptible && (signs.changes || signs.slow) {
        verify::takes_short(module, &scan.layout.sections)?;
    }
    Ok(Stored { names, start, helpers: host.helpers, data })
}

/// What the section says, and what the options ask for.
pub(super) struct Said {
    pub(super) names: Names,
    pub(super) start: bool,
    /// How many memories the module defines.
    pub(super) memories: u32,
    threads: bool,
    interruptible: bool,
    tables: Vec<TableDecl>,
    pub(super) host: HostTable,
    pub(super) data: Vec<DataSegment>,
}

/// Reads the section, without a look at the code, and refuses what was prepared for less than the options
/// ask for.
pub(super) fn said(
    module: &[u8],
    scan: &mut Scan,
    section: Range<usize>,
    options: &Options,
) -> Result<Said, PrepareError> {
    let at = section.start;
    if scan.layout.changes() {
        let message = "prepared module with memories, data or a start section";
        return Err(PrepareError::invalid(at, message));
    }
    let mut reader = Reader::new(module, section);
    if reader.byte()? != VERSION {
        return Err(PrepareError::invalid(at, "prepared by another version of the pass"));
    }
    let names = Names { number: reader.var_u32()? };
    let flags = reader.byte()?;
    if flags & !(START | THREADS | INTERRUPTIBLE) != 0 {
        return Err(PrepareError::invalid(at, "malformed flags in prepared module"));
    }
    let start = flags & START != 0;
    let memories = read_memories(scan, &mut reader)?;
    let plan = options.plan(&scan.memories)?;
    if plan.threads && flags & THREADS == 0 {
        return Err(PrepareError::invalid(at, "prepared without threads"));
    }
    if plan.interruption.is_some() && flags & INTERRUPTIBLE == 0 {
        return Err(PrepareError::invalid(at, "prepared without interruption"));
    }
    let mut indexed = (0..).zip(&scan.memories);
    if indexed.any(|(index, memory)| !memory.locked && plan.locks(index, memory)) {
        return Err(PrepareError::invalid(at, "prepared without locked access"));
    }
    let tables = tables(module, &scan.layout.sections)?;
    let host = read_helpers(&mut reader, &tables)?;
    let data = collect(module, reader, &scan.memories)?;
    scan.sizes.data_segments = u32::try_from(data.len()).unwrap_or(u32::MAX);
    let (threads, interruptible) = (plan.threads, plan.interruption.is_some());
    Ok(Said { names, start, memories, threads, interruptible, tables, host, data })
}

/// Reads what the section says of memories and names into a scan of no more than the types and the imports.
pub(super) fn declared(
    module: &[u8],
    scan: &mut Scan,
    section: Range<usize>,
) -> Result<(), PrepareError> {
    let at = section.start;
    let mut reader = Reader::new(module, section);
    if reader.byte()? != VERSION {
        return Err(PrepareError::invalid(at, "prepared by another version of the pass"));
    }
    scan.layout.names = Names { number: reader.var_u32()? };
    let _flags = reader.byte()?;
    let defined = read_memories(scan, &mut reader)?;
    scan.sizes.imports = scan.sizes.imports.saturating_sub(defined);
    Ok(())
}

/// Whether the section says of any memory that it is shared.
pub(super) fn shares_memory(reader: &mut Reader<'_>) -> Result<bool, PrepareError> {
    let (_version, _number, _flags) = (reader.byte()?, reader.var_u32()?, reader.byte()?);
    let mut shared = false;
    for _ in 0..reader.var_u32()? {
        let flags = reader.byte()?;
        shared |= flags & SHARED != 0;
        if flags & LOCKED != 0 {
            reader.var_u64()?;
        }
    }
    Ok(shared)
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
        memory.locked = flags & LOCKED != 0;
        if memory.locked != memory.is_locked() {
            return Err(PrepareError::invalid(at, "prepared with locked access"));
        }
        if flags & !(IMPORTED | SHARED | LOCKED) != 0 || (memory.imported && defined > 0) {
            return Err(PrepareError::invalid(at, "malformed memory in prepared module"));
        }
        defined += u32::from(!memory.imported);
        let minimum = if memory.locked { reader.var_u64()? } else { memory.ty.minimum() };
        if flags & (SHARED | LOCKED) != 0 {
            memory.ty = MemoryType::builder()
                .min(minimum)
                .max(memory.ty.maximum())
                .memory64(memory.ty.is_64())
                .page_size_log2(memory.ty.page_size_log2())
                .shared(flags & SHARED != 0)
                .build()
                .map_err(|error| PrepareError::Invalid {
                    offset: at,
                    message: error.to_string().into(),
                })?;
        }
    }
    Ok(defined)
}

/// Reads the helpers, none of which may be there twice, and checks the tables that they grow.
fn read_helpers(reader: &mut Reader<'_>, tables: &[TableDecl]) -> Result<HostTable, PrepareError> {
    let mut host = HostTable::default();
    let at = reader.position();
    let count = reader.var_u32()?;
    if count as usize > host_table::MAX_HELPERS {
        return Err(PrepareError::invalid(at, "more helpers than there are in prepared module"));
    }
    for slot in 0..count {
        let at = reader.position();
        let helper = helper_code::read(reader)?;
        if let Helper::TableGrow { table, wide, ty } = helper {
            // The last one is the table of helpers.
            let own = tables.split_last().map_or(tables, |(_, own)| own);
            if !lookup::at(own, table)
                .is_some_and(|table| table.wide == wide && table.ty == Some(ty))
            {
                return Err(verify::disagree(at));
            }
        }
        host.add(helper)?;
        if host.slots() <= slot {
            return Err(PrepareError::invalid(at, "a helper twice in prepared module"));
        }
    }
    Ok(host)
}
