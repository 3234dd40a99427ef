//! Data segments.

use super::{
    error::PrepareError,
    lookup,
    memories::{MemoryDecl, reserve},
    opcode,
    reader::Reader,
};
use alloc::vec::Vec;
use core::ops::Range;

/// Where in its memory an active data segment goes.
///
/// ```
/// use vellum_prepare::{Offset, Options, prepare};
///
/// let module = wat::parse_str(
///     r#"(module (import "env" "base" (global $base i32)) (memory 1)
///         (data (i32.const 8) "here") (data (global.get $base) "there"))"#,
/// ).expect("the text is valid");
/// let prepared = prepare(&module, &Options::new())?;
/// let offsets = prepared.data.iter().filter_map(|segment| Some(segment.active?.offset));
/// assert!(offsets.eq([Offset::Const(8), Offset::Global(0)]));
/// # Ok::<(), vellum_prepare::PrepareError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Offset {
    /// At this address, in bytes.
    Const(u64),
    /// At the value of the immutable global exported as [`Names::offset`](super::Names::offset)
    /// of this number: an `i32`, or an `i64` for a 64-bit memory, both unsigned.
    Global(u32),
}

/// What makes a data segment active: it is copied when the module is instantiated, and dropped.
///
/// ```
/// use vellum_prepare::{Active, Offset, Options, prepare};
///
/// let module = wat::parse_str(r#"(module (memory 1) (data (i32.const 8) "x"))"#).unwrap();
/// let prepared = prepare(&module, &Options::new())?;
/// let active = Active { memory: 0, offset: Offset::Const(8) };
/// assert_eq!(prepared.data[0].active, Some(active));
/// # Ok::<(), vellum_prepare::PrepareError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Active {
    /// The index of the memory.
    pub memory: u32,
    /// Where in the memory the bytes go.
    pub offset: Offset,
}

/// A data segment, which the code lacks.
///
/// ```
/// use vellum_prepare::{Options, prepare};
///
/// let module = wat::parse_str(r#"(module (memory 1) (data "passive"))"#).unwrap();
/// let prepared = prepare(&module, &Options::new())?;
/// let segment = &prepared.data[0];
/// assert_eq!(segment.active, None);
/// assert_eq!(&module[segment.bytes.clone()], b"passive");
/// # Ok::<(), vellum_prepare::PrepareError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DataSegment {
    /// Where the bytes go at once; `None` for a passive segment, from which
    /// [`Helper::MemoryInit`](super::Helper::MemoryInit) copies.
    pub active: Option<Active>,
    /// Where the bytes are in the module that was given to the pass.
    pub bytes: Range<usize>,
}

/// A data segment as it stands in the module.
pub(super) struct Segment {
    pub(super) active: Option<Destination>,
    pub(super) bytes: Range<usize>,
}

/// Where the bytes of an active segment go, as it stands in the module.
pub(super) struct Destination {
    pub(super) memory: u32,
    pub(super) is_64: bool,
    /// The offset, `end` included.
    pub(super) expression: Range<usize>,
    /// The offset's value when it is a single constant.
    pub(super) constant: Option<u64>,
}

/// Calls `each` for every segment of a vector of them, and returns their number.
pub(super) fn segments(
    module: &[u8],
    mut reader: Reader<'_>,
    memories: &[MemoryDecl],
    mut each: impl FnMut(Segment) -> Result<(), PrepareError>,
) -> Result<u32, PrepareError> {
    let count = reader.var_u32()?;
    for _ in 0..count {
        each(segment(module, &mut reader, memories)?)?;
    }
    reader.end()?;
    Ok(count)
}

/// The segments of a vector of them.
pub(super) fn collect(
    module: &[u8],
    reader: Reader<'_>,
    memories: &[MemoryDecl],
) -> Result<Vec<DataSegment>, PrepareError> {
    let count = segments(module, reader.clone(), memories, |_| Ok(()))?;
    let mut data = Vec::new();
    // There are as many: each has been read.
    reserve(&mut data, usize::try_from(count).unwrap_or(usize::MAX))?;
    let mut computed = 0;
    segments(module, reader, memories, |segment| {
        let active = segment.active.map(|destination| {
            let offset = destination.constant.map_or(Offset::Global(computed), Offset::Const);
            computed += u32::from(destination.constant.is_none());
            Active { memory: destination.memory, offset }
        });
        data.push(DataSegment { active, bytes: segment.bytes });
        Ok(())
    })?;
    Ok(data)
}

fn segment(
    module: &[u8],
    reader: &mut Reader<'_>,
    memories: &[MemoryDecl],
) -> Result<Segment, PrepareError> {
    let start = reader.position();
    let active = match reader.var_u32()? {
        0 => Some(destination(module, reader, memories, start, 0)?),
        1 => None,
        2 => {
            let at = reader.position();
            let memory = reader.var_u32()?;
            Some(destination(module, reader, memories, at, memory)?)
        }
        _ => return Err(PrepareError::invalid(start, "invalid flags byte in data segment")),
    };
    let bytes = reader.sized()?;
    Ok(Segment { active, bytes })
}

fn destination(
    module: &[u8],
    reader: &mut Reader<'_>,
    memories: &[MemoryDecl],
    at: usize,
    memory: u32,
) -> Result<Destination, PrepareError> {
    let Some(declared) = lookup::at(memories, memory) else {
        return Err(PrepareError::invalid(at, "unknown memory: memory index out of bounds"));
    };
    let is_64 = declared.ty.is_64();
    let expression = reader.constant()?;
    let constant = constant(Reader::new(module, expression.clone()), is_64)?;
    Ok(Destination { memory, is_64, expression, constant })
}

/// The value of `i32.const n end`, or of `i64.const n end` for a 64-bit memory.
fn constant(mut reader: Reader<'_>, is_64: bool) -> Result<Option<u64>, PrepareError> {
    let value = match (reader.byte()?, is_64) {
        (opcode::I32_CONST, false) => u64::from(reader.var_i32()?.cast_unsigned()),
        (opcode::I64_CONST, true) => reader.var_i64()?.cast_unsigned(),
        _ => return Ok(None),
    };
    Ok((reader.byte()? == opcode::END).then_some(value))
}
