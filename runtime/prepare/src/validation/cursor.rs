//! Reading bytes of a module none of which is trusted, exactly as the specification has them.

use super::fault::Fault;
use core::ops::Range;

/// Where in a module is being read.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    /// The module up to where this part ends.
    module: &'a [u8],
    at: usize,
}

/// The longest name, in bytes, as other engines agree.
const MAX_STRING: usize = 100_000;

impl<'a> Cursor<'a> {
    pub(super) fn new(module: &'a [u8], range: Range<usize>) -> Self {
        Self { module: module.get(..range.end).unwrap_or_default(), at: range.start }
    }

    /// The byte of the module that is read next.
    pub(super) const fn position(&self) -> usize {
        self.at
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.at >= self.module.len()
    }

    /// How many bytes are left.
    pub(super) const fn left(&self) -> usize {
        self.module.len().saturating_sub(self.at)
    }

    /// Checks that everything has been read.
    pub(super) const fn end(&self) -> Result<(), Fault> {
        if self.is_empty() { Ok(()) } else { Err(Fault::Trailing) }
    }

    pub(super) fn byte(&mut self) -> Result<u8, Fault> {
        self.next().ok_or(Fault::UnexpectedEnd)
    }

    /// Takes the next byte, where that is done for every instruction.
    #[inline(always)]
    pub(super) fn next(&mut self) -> Option<u8> {
        let byte = *self.module.get(self.at)?;
        self.at += 1;
        Some(byte)
    }

    /// Takes an index of one byte, as nearly all are.
    #[inline(always)]
    pub(super) fn index(&mut self) -> Result<u32, Fault> {
        match self.module.get(self.at) {
            Some(&byte @ ..0x80) => {
                self.at += 1;
                Ok(u32::from(byte))
            }
            _ => self.u32(),
        }
    }

    /// Takes the next byte if it is this one.
    pub(super) fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.module.get(self.at) == Some(&byte);
        self.at += usize::from(is_next);
        is_next
    }

    /// Takes a number of one byte, if the next one is one.
    #[inline(always)]
    pub(super) fn takes_short(&mut self) -> bool {
        let is_short = matches!(self.module.get(self.at), Some(..0x80));
        self.at += usize::from(is_short);
        is_short
    }

    pub(super) fn peek(&self) -> Result<u8, Fault> {
        self.module.get(self.at).copied().ok_or(Fault::UnexpectedEnd)
    }

    pub(super) fn skip(&mut self, count: usize) -> Result<(), Fault> {
        if count > self.left() {
            return Err(Fault::UnexpectedEnd);
        }
        self.at += count;
        Ok(())
    }

    #[inline(never)]
    pub(super) fn u32(&mut self) -> Result<u32, Fault> {
        let mut value = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.next().ok_or(Fault::UnexpectedEnd)?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        match self.next().ok_or(Fault::UnexpectedEnd)? {
            last @ ..0x10 => Ok(value | u32::from(last) << 28),
            ..0x80 => Err(Fault::TooLarge),
            _ => Err(Fault::TooLong),
        }
    }

    /// Reads an unsigned integer of 64 bits.
    #[inline(never)]
    pub(super) fn u64(&mut self) -> Result<u64, Fault> {
        let mut value = 0;
        for shift in (0..63).step_by(7) {
            let byte = self.next().ok_or(Fault::UnexpectedEnd)?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        match self.next().ok_or(Fault::UnexpectedEnd)? {
            last @ ..2 => Ok(value | u64::from(last) << 63),
            ..0x80 => Err(Fault::TooLarge),
            _ => Err(Fault::TooLong),
        }
    }

    /// Passes over a signed integer of so many bits.
    #[inline(never)]
    pub(super) fn signed(&mut self, bits: u32) -> Result<(), Fault> {
        let (whole, rest) = (bits / 7, bits % 7);
        for _ in 0..whole {
            if self.next().ok_or(Fault::UnexpectedEnd)? < 0x80 {
                return Ok(());
            }
        }
        // The last byte has the sign, and repeats it in all bits that are left.
        let last = self.next().ok_or(Fault::UnexpectedEnd)?;
        let sign = last << 1 >> rest;
        match last {
            0x80.. => Err(Fault::TooLong),
            _ if sign == 0 || sign == 0xfe >> rest => Ok(()),
            _ => Err(Fault::TooLarge),
        }
    }

    /// Reads the index of a type, which is not negative in a signed integer of 33 bits.
    #[inline(never)]
    pub(super) fn type_index(&mut self) -> Result<u32, Fault> {
        let mut value = 0;
        for shift in [0, 7, 14, 21] {
            let byte = self.next().ok_or(Fault::UnexpectedEnd)?;
            value |= u32::from(byte & 0x7f) << shift;
            match byte {
                ..0x40 => return Ok(value),
                0x40..0x80 => return Err(Fault::FunctionType),
                _ => {}
            }
        }
        match self.next().ok_or(Fault::UnexpectedEnd)? {
            last @ ..0x10 => Ok(value | u32::from(last) << 28),
            _ => Err(Fault::TooLong),
        }
    }

    /// Passes over as many bytes as are said ahead of them, and returns where they are.
    pub(super) fn sized(&mut self) -> Result<Range<usize>, Fault> {
        let length = usize::try_from(self.u32()?).unwrap_or(usize::MAX);
        let start = self.at;
        self.skip(length)?;
        Ok(start..self.at)
    }

    /// Reads a name.
    #[inline(never)]
    pub(super) fn name(&mut self) -> Result<&'a str, Fault> {
        let range = self.sized()?;
        if range.len() > MAX_STRING {
            return Err(Fault::StringTooLong);
        }
        let bytes = self.module.get(range).unwrap_or_default();
        core::str::from_utf8(bytes).map_err(|_| Fault::Utf8)
    }
}
