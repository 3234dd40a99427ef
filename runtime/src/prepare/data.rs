//! Data segments.

use super::{MemoryDecl, PrepareError, memories::reserve, reader::Reader};
use alloc::vec::Vec;
use core::ops::Range;
use wasmparser::ConstExpr;

/// Where in its memory an active data segment goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Offset {
    /// At this address, in bytes.
    Const(u64),
    /// At the value of the immutable global exported as [`Names::offset`](super::Names::offset)
    /// of this number: an `i32`, or an `i64` for a 64-bit memory, both unsigned.
    Global(u32),
}

/// An active data segment, to be copied when the module is instantiated.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DataSegment {
    /// The index of the memory.
    pub memory: u32,
    /// Where in the memory the bytes go.
    pub offset: Offset,
    /// Where the bytes are in the module that was given to the pass.
    pub bytes: Range<usize>,
}

/// A data segment as it stands in the module.
pub(super) struct Segment {
    pub(super) whole: Range<usize>,
    pub(super) active: Option<Active>,
    pub(super) bytes: Range<usize>,
}

/// What makes a data segment active.
pub(super) struct Active {
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

/// The active segments of a vector of segments, and the number of all of them.
pub(super) fn collect(
    module: &[u8],
    reader: Reader<'_>,
    memories: &[MemoryDecl],
) -> Result<(u32, Vec<DataSegment>), PrepareError> {
    let mut active = 0;
    segments(module, reader.clone(), memories, |segment| {
        active += usize::from(segment.active.is_some());
        Ok(())
    })?;
    let mut data = Vec::new();
    reserve(&mut data, active)?;
    let mut computed = 0;
    let total = segments(module, reader, memories, |segment| {
        let Some(active) = segment.active else { return Ok(()) };
        let offset = active.constant.map_or(Offset::Global(computed), Offset::Const);
        computed += u32::from(active.constant.is_none());
        data.push(DataSegment { memory: active.memory, offset, bytes: segment.bytes });
        Ok(())
    })?;
    Ok((total, data))
}

fn segment(
    module: &[u8],
    reader: &mut Reader<'_>,
    memories: &[MemoryDecl],
) -> Result<Segment, PrepareError> {
    let start = reader.position();
    let active = match reader.var_u32()? {
        0 => Some(active(module, reader, memories, start, 0)?),
        1 => None,
        2 => {
            let at = reader.position();
            let memory = reader.var_u32()?;
            Some(active(module, reader, memories, at, memory)?)
        }
        _ => return Err(PrepareError::invalid(start, "invalid flags byte in data segment")),
    };
    let bytes = reader.sized()?;
    Ok(Segment { whole: start..bytes.end, active, bytes })
}

fn active(
    module: &[u8],
    reader: &mut Reader<'_>,
    memories: &[MemoryDecl],
    at: usize,
    memory: u32,
) -> Result<Active, PrepareError> {
    let declared = usize::try_from(memory).ok().and_then(|index| memories.get(index));
    let Some(declared) = declared else {
        return Err(PrepareError::invalid(at, "unknown memory: memory index out of bounds"));
    };
    let is_64 = declared.ty.is_64();
    let start = reader.position();
    reader.item::<ConstExpr<'_>>()?;
    let expression = start..reader.position();
    let constant = constant(Reader::new(module, expression.clone()), is_64)?;
    Ok(Active { memory, is_64, expression, constant })
}

/// The value of `i32.const n end`, or of `i64.const n end` for a 64-bit memory.
fn constant(mut reader: Reader<'_>, is_64: bool) -> Result<Option<u64>, PrepareError> {
    const I32_CONST: u8 = 0x41;
    const I64_CONST: u8 = 0x42;
    const END: u8 = 0x0b;
    let value = match (reader.byte()?, is_64) {
        (I32_CONST, false) => u64::from(reader.var_i32()?.cast_unsigned()),
        (I64_CONST, true) => reader.var_i64()?.cast_unsigned(),
        _ => return Ok(None),
    };
    Ok((reader.byte()? == END).then_some(value))
}
