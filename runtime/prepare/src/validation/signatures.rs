//! The types of functions that a module declares.

use super::super::memories::{push, reserve};
use super::{cursor::Cursor, fault::Fault, types};
use alloc::vec::Vec;

/// The most parameters of a function, and the most results, as other engines agree.
const MAX_VALUES: u32 = 1000;

const FUNCTION: u8 = 0x60;

/// Where the values of a type are.
#[derive(Debug, Clone, Copy)]
struct Signature {
    start: u32,
    parameters: u16,
    results: u16,
}

/// The types of functions that a module declares.
#[derive(Debug, Default)]
pub(super) struct Signatures {
    signatures: Vec<Signature>,
    values: Vec<u8>,
}

impl Signatures {
    /// Makes room for so many types, which take so many bytes.
    pub(super) fn reserve(&mut self, count: usize, bytes: usize) -> Result<(), Fault> {
        reserve(&mut self.signatures, count).map_err(|_| Fault::OutOfMemory)?;
        // Each has two lengths and a byte that says what it is.
        let values = bytes.saturating_sub(count.saturating_mul(3));
        reserve(&mut self.values, values).map_err(|_| Fault::OutOfMemory)
    }

    pub(super) fn read(&mut self, cursor: &mut Cursor<'_>) -> Result<(), Fault> {
        match cursor.byte()? {
            FUNCTION => {}
            0x4e..=0x5f => return Err(Fault::GcType),
            _ => return Err(Fault::FunctionType),
        }
        let start = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        let parameters = self.values(cursor, Fault::Parameters)?;
        let results = self.values(cursor, Fault::Results)?;
        push(&mut self.signatures, Signature { start, parameters, results })
            .map_err(|_| Fault::OutOfMemory)
    }

    fn values(&mut self, cursor: &mut Cursor<'_>, too_many: Fault) -> Result<u16, Fault> {
        let before = cursor.clone();
        let count = cursor.u32()?;
        if count > MAX_VALUES {
            *cursor = before;
            return Err(too_many);
        }
        for _ in 0..count {
            let ty = types::value(cursor)?;
            push(&mut self.values, ty).map_err(|_| Fault::OutOfMemory)?;
        }
        Ok(u16::try_from(count).unwrap_or(u16::MAX))
    }

    /// The types of the parameters and those of the results.
    pub(super) fn get(&self, index: u32) -> Result<(&[u8], &[u8]), Fault> {
        let signature = self.signatures.get(usize::try_from(index).unwrap_or(usize::MAX));
        let Some(&Signature { start, parameters, results }) = signature else {
            return Err(Fault::UnknownType);
        };
        let values = self.values.get(start as usize..).unwrap_or_default();
        let (parameters, rest) = values.split_at_checked(parameters.into()).unwrap_or_default();
        Ok((parameters, rest.get(..results.into()).unwrap_or_default()))
    }

    pub(super) fn check(&self, index: u32) -> Result<(), Fault> {
        if (index as usize) < self.signatures.len() { Ok(()) } else { Err(Fault::UnknownType) }
    }
}
