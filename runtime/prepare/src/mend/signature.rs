//! The types of functions and blocks.

use super::super::{
    error::PrepareError,
    memories::reserve,
    reader::Reader,
    section::{Sections, TYPE},
};
use alloc::vec::Vec;
use wasmparser::ValType;

/// A list of value types in the module's bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Values {
    /// The byte where the first one is.
    at: usize,
    pub(super) count: u32,
}

impl Values {
    /// One type, which is at that byte.
    pub(super) const fn one(at: usize) -> Self {
        Self { at, count: 1 }
    }

    /// Calls `each` with every type, in order.
    pub(super) fn each(
        self,
        module: &[u8],
        mut each: impl FnMut(ValType) -> Result<(), PrepareError>,
    ) -> Result<(), PrepareError> {
        let mut reader = Reader::new(module, self.at..module.len());
        for _ in 0..self.count {
            each(reader.item()?)?;
        }
        Ok(())
    }
}

/// The type of a function or of a block.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Signature {
    pub(super) parameters: Values,
    pub(super) results: Values,
}

impl Signature {
    /// All types of a module, which have been read before.
    pub(super) fn all(module: &[u8], sections: &Sections) -> Result<Vec<Self>, PrepareError> {
        let mut reader = sections.reader(module, TYPE);
        let count = reader.var_u32()?;
        let mut all = Vec::new();
        reserve(&mut all, usize::try_from(count).unwrap_or(usize::MAX))?;
        for _ in 0..count {
            reader.byte()?;
            let parameters = values(&mut reader)?;
            let results = values(&mut reader)?;
            all.push(Self { parameters, results });
        }
        Ok(all)
    }
}

fn values(reader: &mut Reader<'_>) -> Result<Values, PrepareError> {
    let count = reader.var_u32()?;
    let at = reader.position();
    for _ in 0..count {
        reader.item::<ValType>()?;
    }
    Ok(Values { at, count })
}
