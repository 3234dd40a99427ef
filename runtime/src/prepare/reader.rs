//! Reading a module whose every length may be a lie.

use super::PrepareError;
use alloc::string::ToString;
use core::ops::Range;
use wasmparser::{
    BinaryReader, BinaryReaderError, ConstExpr, FromReader, FunctionBody, OperatorsReader,
};

/// Reads a part of a module; positions are bytes of the whole module.
///
/// A length is compared with what is left before it is used: `wasmparser` adds it to its position
/// first, which overflows where `usize` has 32 bits.
#[derive(Clone)]
pub(super) struct Reader<'a> {
    inner: BinaryReader<'a>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(module: &'a [u8], range: Range<usize>) -> Self {
        let start = range.start;
        Self { inner: BinaryReader::new(module.get(range).unwrap_or_default(), start) }
    }

    pub(super) fn position(&self) -> usize {
        self.inner.original_position()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.inner.eof()
    }

    pub(super) fn byte(&mut self) -> Result<u8, PrepareError> {
        self.inner.read_u8().map_err(invalid)
    }

    pub(super) fn var_u32(&mut self) -> Result<u32, PrepareError> {
        self.inner.read_var_u32().map_err(invalid)
    }

    pub(super) fn var_u64(&mut self) -> Result<u64, PrepareError> {
        self.inner.read_var_u64().map_err(invalid)
    }

    pub(super) fn var_i32(&mut self) -> Result<i32, PrepareError> {
        self.inner.read_var_i32().map_err(invalid)
    }

    pub(super) fn var_i64(&mut self) -> Result<i64, PrepareError> {
        self.inner.read_var_i64().map_err(invalid)
    }

    /// Reads an item of the grammar. None of these hold a length that `wasmparser` does not bound.
    pub(super) fn item<T: FromReader<'a>>(&mut self) -> Result<T, PrepareError> {
        self.inner.read().map_err(invalid)
    }

    /// Reads a length and passes over that many bytes, returning where they are.
    pub(super) fn sized(&mut self) -> Result<Range<usize>, PrepareError> {
        let at = self.position();
        let length = self.var_u32()?;
        let start = self.position();
        match usize::try_from(length) {
            Ok(length) if length <= self.inner.bytes_remaining() => {
                self.inner.read_bytes(length).map_err(invalid)?;
                Ok(start..self.position())
            }
            _ => Err(PrepareError::invalid(at, "unexpected end: length out of bounds")),
        }
    }

    /// The operators of the function body that this part is, behind its local variables.
    pub(super) fn body(self) -> Result<OperatorsReader<'a>, PrepareError> {
        FunctionBody::new(self.inner).get_operators_reader().map_err(invalid)
    }

    /// The operators of the constant expression that this part is.
    pub(super) fn constant(self) -> OperatorsReader<'a> {
        ConstExpr::new(self.inner).get_operators_reader()
    }

    /// Checks that everything has been read.
    pub(super) fn end(&self) -> Result<(), PrepareError> {
        if self.is_empty() {
            return Ok(());
        }
        Err(PrepareError::invalid(self.position(), "section size mismatch: unexpected data"))
    }

    /// Reads a vector of items that ends where the part does, and returns its length.
    pub(super) fn vector<T: FromReader<'a>>(
        mut self,
        mut each: impl FnMut(Range<usize>, T) -> Result<(), PrepareError>,
    ) -> Result<u32, PrepareError> {
        let count = self.var_u32()?;
        for _ in 0..count {
            let start = self.position();
            let item = self.item()?;
            each(start..self.position(), item)?;
        }
        self.end()?;
        Ok(count)
    }
}

#[cold]
pub(super) fn invalid(error: BinaryReaderError) -> PrepareError {
    PrepareError::Invalid { offset: error.offset(), message: error.message().to_string().into() }
}
