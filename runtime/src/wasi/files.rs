//! The three standard streams, which are all the files there are.

use super::{
    errno::Errno,
    guest::{BYTES_PER_FUEL, WasiResult, charge, with},
    host::{Stream, Wasi},
};
use crate::func::caller::Caller;
use vellum_memory::MemoryAccess as _;
use zerocopy::{FromBytes, Immutable, IntoBytes};

/// The file that a guest reads, which is at its end from the start.
pub(super) const INPUT: u32 = 0;
/// Pieces that one write may consist of.
const PIECES: usize = 1024;
/// Bytes that one write takes; the guest writes again what is left.
const WRITE: usize = 4096;

/// A piece of what is to be written.
#[derive(Clone, Copy, FromBytes)]
#[repr(C)]
struct Piece {
    pointer: u32,
    length: u32,
}

/// What a file is.
#[derive(IntoBytes, Immutable)]
#[repr(C)]
struct FileStat {
    kind: u8,
    padding: u8,
    flags: u16,
    more_padding: u32,
    rights: u64,
    inheriting: u64,
}

impl FileStat {
    const CHARACTER_DEVICE: u8 = 2;
    const READ: u64 = 1 << 1;
    const WRITE: u64 = 1 << 6;

    fn stream(rights: u64) -> Self {
        let (padding, more_padding) = (0, 0);
        Self {
            kind: Self::CHARACTER_DEVICE,
            padding,
            flags: 0,
            more_padding,
            rights,
            inheriting: 0,
        }
    }
}

/// Whether the file is a standard stream.
pub(super) fn is_stream(file: i32) -> bool {
    (0..=2).contains(&file)
}

pub(super) fn stream(file: u32) -> Result<Stream, Errno> {
    match file {
        1 => Ok(Stream::Output),
        2 => Ok(Stream::Error),
        _ => Err(Errno::BadF),
    }
}

pub(super) fn write<T: Wasi>(
    mut caller: Caller<'_, T>,
    file: u32,
    pieces: u32,
    count: u32,
    written: u32,
) -> WasiResult {
    charge(&mut caller, WRITE + BYTES_PER_FUEL * (count as usize).min(PIECES))?;
    with(&mut caller, |memory, user| {
        let stream = stream(file)?;
        let (pieces, count, written) = (pieces as usize, count as usize, written as usize);
        if count > PIECES {
            return Err(Errno::Inval);
        }
        let mut total = 0;
        // Where it is told must be known before anything is printed, and may be in what is read.
        memory.slice(written..written.saturating_add(size_of::<u32>()))?;
        for index in 0..count {
            let at = pieces.saturating_add(index * size_of::<Piece>());
            let Piece { pointer, length } = memory.read_value(at)?;
            let (start, length) = (pointer as usize, length as usize);
            let piece = memory.slice(start..start.saturating_add(length))?;
            let piece = piece.get(..WRITE - total).unwrap_or(piece);
            user.write(stream, piece)?;
            total += piece.len();
            if total == WRITE {
                break;
            }
        }
        Ok(memory.write_value(written, &(total as u32))?)
    })
}

/// Reads the end of the input.
pub(super) fn read<T: Wasi>(
    mut caller: Caller<'_, T>,
    file: u32,
    _pieces: u32,
    _count: u32,
    read: u32,
) -> WasiResult {
    with(&mut caller, |memory, _| {
        if file != INPUT {
            return Err(Errno::BadF);
        }
        Ok(memory.write_value(read as usize, &0_u32)?)
    })
}

pub(super) fn stat<T: Wasi>(mut caller: Caller<'_, T>, file: u32, result: u32) -> WasiResult {
    with(&mut caller, |memory, _| {
        let rights = match file {
            INPUT => FileStat::READ,
            _ => stream(file).map(|_| FileStat::WRITE)?,
        };
        Ok(memory.write_value(result as usize, &FileStat::stream(rights))?)
    })
}

/// What a file is, by the record that also has its size and its times, of so many bytes: the streams
/// have none.
pub(super) fn file_stat<T: Wasi>(
    mut caller: Caller<'_, T>,
    bytes: usize,
    file: i32,
    result: u32,
) -> WasiResult {
    const KIND: usize = 16;
    with(&mut caller, |memory, _| {
        if !is_stream(file) {
            return Err(Errno::BadF);
        }
        let start = result as usize;
        let record = memory.slice_mut(start..start.saturating_add(bytes))?;
        record.fill(0);
        record[KIND] = FileStat::CHARACTER_DEVICE;
        Ok(())
    })
}
