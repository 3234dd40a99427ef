//! Reading a module none of whose lengths is trusted.

use super::{error::PrepareError, opcode};
use alloc::string::ToString;
use core::ops::Range;
use wasmparser::{BinaryReader, BinaryReaderError, FromReader, Operator, ValType};

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
        debug_assert!(module.get(range.clone()).is_some(), "{range:?} is past the end");
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

    #[inline(never)]
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
    #[inline(never)]
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

    /// Reads the local variables of a function body and returns their number.
    pub(super) fn locals(&mut self) -> Result<u32, PrepareError> {
        let mut total = 0u32;
        for _ in 0..self.var_u32()? {
            let at = self.position();
            let count = self.var_u32()?;
            self.item::<ValType>()?;
            let message = "too many locals: locals exceed maximum";
            total = total.checked_add(count).ok_or_else(|| PrepareError::invalid(at, message))?;
        }
        Ok(total)
    }

    /// The operators of the function body that this part is, behind its local variables.
    pub(super) fn body(mut self) -> Result<Self, PrepareError> {
        self.locals()?;
        Ok(self)
    }

    /// Reads an operator.
    #[inline(never)]
    pub(super) fn operator(&mut self) -> Result<Operator<'a>, PrepareError> {
        self.check_proposal()?;
        self.inner.read_operator().map_err(invalid)
    }

    /// Refuses the next operator if it is of an unsupported proposal, and has a list:
    /// `wasmparser` allocates 10,000 entries of it before anyone can ask what it is.
    pub(super) fn check_proposal(&self) -> Result<(), PrepareError> {
        let message = match self.inner.clone().read_u8() {
            Ok(opcode::TRY_TABLE) => "exceptions support is not enabled",
            Ok(opcode::RESUME | opcode::RESUME_THROW) => "stack switching support is not enabled",
            _ => return Ok(()),
        };
        Err(PrepareError::invalid(self.position(), message))
    }

    /// Passes over a constant expression, returning where it is, `end` included.
    pub(super) fn constant(&mut self) -> Result<Range<usize>, PrepareError> {
        let start = self.position();
        while !matches!(self.operator()?, Operator::End) {}
        Ok(start..self.position())
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
        self,
        mut each: impl FnMut(Range<usize>, T) -> Result<(), PrepareError>,
    ) -> Result<u32, PrepareError> {
        self.items(|reader| {
            let start = reader.position();
            let item = reader.item()?;
            each(start..reader.position(), item)
        })
    }

    /// As [`vector`](Self::vector), of items that `each` reads.
    pub(super) fn items(
        mut self,
        mut each: impl FnMut(&mut Self) -> Result<(), PrepareError>,
    ) -> Result<u32, PrepareError> {
        let count = self.var_u32()?;
        for _ in 0..count {
            each(&mut self)?;
        }
        self.end()?;
        Ok(count)
    }
}

#[cold]
pub(super) fn invalid(error: BinaryReaderError) -> PrepareError {
    PrepareError::Invalid { offset: error.offset(), message: error.message().to_string().into() }
}
