//! Checked access to the bytes of a memory, written once for every kind of memory.

#[cfg(test)]
mod tests;

use core::ops::Range;

use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

use crate::dump::Dump;
use crate::error::AccessError;
use crate::inspect::{diff::Diff, find::Find, layout::Layout, map::MemoryMap};
use crate::size::range_within;

/// Checked access to the bytes of a memory.
///
/// Offsets and lengths are in bytes. An access is all or nothing: if any byte of it lies outside,
/// it is an error and nothing is read or written.
///
/// Values are read and written as the machine holds them. Cortex-M and WebAssembly are both
/// little-endian; where the firmware's code also runs on another machine, give structures fields
/// from [`zerocopy::little_endian`].
///
/// ```
/// use vellum_memory::{AccessError, MemoryAccess};
///
/// let memory = &mut [0; 16][..];
/// memory.write(4, b"abc")?;
/// assert_eq!(memory.slice(3..8)?, b"\0abc\0");
///
/// let error = AccessError::OutOfBounds { offset: 14, len: 3, size: 16 };
/// assert_eq!(memory.write(14, b"abc"), Err(error));
/// assert_eq!(memory.slice(14..16)?, b"\0\0");
/// # Ok::<(), AccessError>(())
/// ```
pub trait MemoryAccess {
    /// All bytes of the memory.
    fn data(&self) -> &[u8];

    /// All bytes of the memory, to write.
    fn data_mut(&mut self) -> &mut [u8];

    /// The size of the memory in bytes.
    fn data_len(&self) -> usize {
        self.data().len()
    }

    /// Copies bytes from `offset` on out of the memory until `buffer` is full.
    ///
    /// # Errors
    ///
    /// If some of the bytes lie outside the memory.
    fn read(&self, offset: usize, buffer: &mut [u8]) -> Result<(), AccessError> {
        buffer.copy_from_slice(bytes(self.data(), offset, buffer.len())?);
        Ok(())
    }

    /// Copies all of `buffer` into the memory from `offset` on.
    ///
    /// # Errors
    ///
    /// If some of the bytes lie outside the memory.
    fn write(&mut self, offset: usize, buffer: &[u8]) -> Result<(), AccessError> {
        bytes_mut(self.data_mut(), offset, buffer.len())?.copy_from_slice(buffer);
        Ok(())
    }

    /// The bytes in `range`.
    ///
    /// # Errors
    ///
    /// If some of the bytes lie outside the memory, or the range ends before it starts.
    fn slice(&self, range: Range<usize>) -> Result<&[u8], AccessError> {
        let len = range_len(&range)?;
        bytes(self.data(), range.start, len)
    }

    /// The bytes in `range`, to write.
    ///
    /// # Errors
    ///
    /// As [`slice`](Self::slice).
    fn slice_mut(&mut self, range: Range<usize>) -> Result<&mut [u8], AccessError> {
        let len = range_len(&range)?;
        bytes_mut(self.data_mut(), range.start, len)
    }

    /// Borrows the bytes at `offset` as a value.
    ///
    /// # Errors
    ///
    /// If some of the bytes lie outside the memory, or their address is not aligned as the type
    /// needs it.
    ///
    /// ```
    /// use vellum_memory::MemoryAccess;
    /// use zerocopy::little_endian::{U16, U32};
    /// use zerocopy::{FromBytes, Immutable, KnownLayout};
    ///
    /// #[derive(FromBytes, Immutable, KnownLayout)]
    /// #[repr(C)]
    /// struct Header {
    ///     magic: U32,
    ///     version: U16,
    /// }
    ///
    /// let memory = &[0x78, 0x56, 0x34, 0x12, 1, 0][..];
    /// let header: &Header = memory.view(0)?;
    /// assert_eq!((header.magic.get(), header.version.get()), (0x1234_5678, 1));
    /// # Ok::<(), vellum_memory::AccessError>(())
    /// ```
    fn view<T>(&self, offset: usize) -> Result<&T, AccessError>
    where
        T: FromBytes + KnownLayout + Immutable,
    {
        T::ref_from_bytes(bytes(self.data(), offset, size_of::<T>())?)
            .map_err(|_| misaligned::<T>(offset))
    }

    /// Borrows the bytes at `offset` as a value, to change.
    ///
    /// # Errors
    ///
    /// As [`view`](Self::view).
    ///
    /// ```
    /// use vellum_memory::MemoryAccess;
    ///
    /// let memory = &mut [1, 2, 3, 4][..];
    /// *memory.view_mut::<[u8; 2]>(1)? = [8, 9];
    /// assert_eq!(memory, [1, 8, 9, 4]);
    /// # Ok::<(), vellum_memory::AccessError>(())
    /// ```
    fn view_mut<T>(&mut self, offset: usize) -> Result<&mut T, AccessError>
    where
        T: FromBytes + IntoBytes + KnownLayout,
    {
        T::mut_from_bytes(bytes_mut(self.data_mut(), offset, size_of::<T>())?)
            .map_err(|_| misaligned::<T>(offset))
    }

    /// Copies a value out of the memory; `offset` needs no alignment.
    ///
    /// # Errors
    ///
    /// If some of its bytes lie outside the memory.
    fn read_value<T: FromBytes>(&self, offset: usize) -> Result<T, AccessError> {
        let len = size_of::<T>();
        let data = self.data();
        let out_of_bounds = AccessError::OutOfBounds { offset, len, size: data.len() };
        T::read_from_bytes(bytes(data, offset, len)?).map_err(|_| out_of_bounds)
    }

    /// Copies a value into the memory; `offset` needs no alignment.
    ///
    /// # Errors
    ///
    /// If some of its bytes lie outside the memory.
    ///
    /// ```
    /// use vellum_memory::MemoryAccess;
    ///
    /// let memory = &mut [0; 8][..];
    /// memory.write_value(3, &[7_u16, 8])?;
    /// assert_eq!(memory.read_value::<u16>(5)?, 8);
    /// # Ok::<(), vellum_memory::AccessError>(())
    /// ```
    fn write_value<T>(&mut self, offset: usize, value: &T) -> Result<(), AccessError>
    where
        T: IntoBytes + Immutable + ?Sized,
    {
        self.write(offset, value.as_bytes())
    }

    /// The bytes in `range` as a hex dump with `width` bytes to a line (16 if it is 0).
    ///
    /// The part of the range that lies outside the memory is left out.
    ///
    /// ```
    /// use vellum_memory::MemoryAccess;
    ///
    /// let memory = &b"Hello, WebAssembly World!"[..];
    /// assert_eq!(memory.dump(7..18, 6).to_string(), "\
    /// 0007: 57 65 62 41 73 73  |WebAss|
    /// 000d: 65 6d 62 6c 79     |embly|");
    /// ```
    fn dump(&self, range: Range<usize>, width: usize) -> Dump<'_> {
        let data = self.data();
        let start = range.start.min(data.len());
        let end = range.end.clamp(start, data.len());
        Dump::new(data.get(start..end).unwrap_or_default(), start, width)
    }

    /// The regions of the memory, which are where `layout` tells.
    fn map<'a>(&'a self, layout: Layout<'a>) -> MemoryMap<'a> {
        MemoryMap::new(self.data(), layout)
    }

    /// What differs from `before`, a copy of the memory from its first byte on.
    fn diff<'a>(&'a self, before: &'a [u8]) -> Diff<'a> {
        Diff::new(before, self.data(), 0)
    }

    /// The addresses where `pattern` is.
    fn find<'a>(&'a self, pattern: &'a [u8]) -> Find<'a> {
        Find::new(self.data(), pattern, 0)
    }
}

impl MemoryAccess for [u8] {
    fn data(&self) -> &[u8] {
        self
    }

    fn data_mut(&mut self) -> &mut [u8] {
        self
    }
}

pub(crate) fn bytes(data: &[u8], offset: usize, len: usize) -> Result<&[u8], AccessError> {
    let size = data.len();
    range_within(offset, len, size)
        .and_then(|range| data.get(range))
        .ok_or(AccessError::OutOfBounds { offset, len, size })
}

pub(crate) fn bytes_mut(
    data: &mut [u8],
    offset: usize,
    len: usize,
) -> Result<&mut [u8], AccessError> {
    let size = data.len();
    range_within(offset, len, size)
        .and_then(|range| data.get_mut(range))
        .ok_or(AccessError::OutOfBounds { offset, len, size })
}

fn range_len(range: &Range<usize>) -> Result<usize, AccessError> {
    let &Range { start, end } = range;
    end.checked_sub(start).ok_or(AccessError::Reversed { start, end })
}

fn misaligned<T>(offset: usize) -> AccessError {
    AccessError::Misaligned { offset, align: align_of::<T>() }
}
