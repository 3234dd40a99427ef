//! Where code comes from, by the debug information of a module.

use crate::error::InstrumentError;
#[cfg(feature = "dwarf")]
use crate::symbol::Location;
use crate::symbol::Symbol;
use std::collections::HashMap;
use std::fmt;

#[cfg(feature = "dwarf")]
type Context<'a> = addr2line::Context<gimli::EndianSlice<'a, gimli::LittleEndian>>;

/// The debug information of a module, if it has any.
pub(crate) struct Lines<'a> {
    #[cfg(feature = "dwarf")]
    context: Option<Context<'a>>,
    /// Where the code section is, from which addresses are counted.
    #[cfg(feature = "dwarf")]
    code: u64,
    #[cfg(not(feature = "dwarf"))]
    _module: std::marker::PhantomData<&'a [u8]>,
}

impl fmt::Debug for Lines<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").finish_non_exhaustive()
    }
}

#[cfg(feature = "dwarf")]
impl<'a> Lines<'a> {
    /// Reads it from custom sections.
    pub(crate) fn of(
        sections: &HashMap<&str, &'a [u8]>,
        code: u64,
    ) -> Result<Self, InstrumentError> {
        use gimli::{Dwarf, EndianSlice, LittleEndian, SectionId};
        if !sections.contains_key(SectionId::DebugInfo.name()) {
            return Ok(Self { context: None, code });
        }
        let section = |id: SectionId| {
            let bytes = sections.get(id.name()).copied().unwrap_or_default();
            Ok(EndianSlice::new(bytes, LittleEndian))
        };
        let dwarf = Dwarf::load(section).map_err(|error: gimli::Error| malformed(&error))?;
        let context = Context::from_dwarf(dwarf).map_err(|error| malformed(&error))?;
        Ok(Self { context: Some(context), code })
    }

    /// The functions at an offset of the module, innermost first.
    pub(crate) fn at(&self, offset: u32) -> Vec<Symbol> {
        let mut symbols = Vec::new();
        let address = u64::from(offset).checked_sub(self.code);
        let Some((context, address)) = self.context.as_ref().zip(address) else { return symbols };
        let Ok(mut frames) = context.find_frames(address).skip_all_loads() else { return symbols };
        // What is malformed further on is not told.
        while let Ok(Some(frame)) = frames.next() {
            let name = frame.function.as_ref().and_then(|function| {
                let name = function.demangle().ok()?;
                Some(format!("{:#}", rustc_demangle::demangle(&name)))
            });
            let location = frame.location.and_then(|location| {
                let (line, column) = (location.line, location.column);
                let file = location.file?.to_owned();
                Some(Location { file, line, column: column.filter(|column| *column > 0) })
            });
            symbols.push(Symbol { name, location });
        }
        symbols
    }
}

#[cfg(feature = "dwarf")]
fn malformed(error: &gimli::Error) -> InstrumentError {
    InstrumentError::Dwarf { message: error.to_string() }
}

#[cfg(not(feature = "dwarf"))]
impl<'a> Lines<'a> {
    /// Without the feature `dwarf` there is none.
    pub(crate) fn of(_: &HashMap<&str, &'a [u8]>, _: u64) -> Result<Self, InstrumentError> {
        Ok(Self { _module: std::marker::PhantomData })
    }

    /// Without the feature `dwarf` nothing is known.
    pub(crate) fn at(&self, _: u32) -> Vec<Symbol> {
        Vec::new()
    }
}
