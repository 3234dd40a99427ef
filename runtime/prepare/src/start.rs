//! Function types, and the one a start function must have.

use super::{
    error::PrepareError,
    memories::reserve,
    reader::Reader,
    section::{FUNCTION, IMPORT, Sections, TYPE},
};
use alloc::vec::Vec;
use wasmparser::{Import, TypeRef, ValType};

/// Passes over a function type and returns the numbers of its parameters and of its results.
pub(super) fn function_type(reader: &mut Reader<'_>) -> Result<[u32; 2], PrepareError> {
    const FUNCTION_TYPE: u8 = 0x60;
    let at = reader.position();
    match reader.byte()? {
        FUNCTION_TYPE => {}
        // Groups, subtypes, arrays and structures.
        0x4e..=0x50 | 0x5e | 0x5f => {
            return Err(PrepareError::invalid(at, "gc proposal not enabled"));
        }
        _ => return Err(PrepareError::invalid(at, "not a function type")),
    }
    let mut counts = [0; 2];
    for count in &mut counts {
        *count = reader.var_u32()?;
        for _ in 0..*count {
            reader.item::<ValType>()?;
        }
    }
    Ok(counts)
}

/// The number of parameters of every type.
pub(super) fn parameters(module: &[u8], sections: &Sections) -> Result<Vec<u32>, PrepareError> {
    let mut reader = sections.reader(module, TYPE);
    let count = reader.var_u32()?;
    let mut all = Vec::new();
    // Every type has been read before: there are as many as the section says.
    reserve(&mut all, usize::try_from(count).unwrap_or(usize::MAX))?;
    for _ in 0..count {
        let [parameters, _] = function_type(&mut reader)?;
        all.push(parameters);
    }
    Ok(all)
}

/// Checks the type section and returns the number of types.
pub(super) fn types(module: &[u8], sections: &Sections) -> Result<u32, PrepareError> {
    let mut reader = sections.reader(module, TYPE);
    let count = reader.var_u32()?;
    for _ in 0..count {
        function_type(&mut reader)?;
    }
    reader.end()?;
    Ok(count)
}

/// Checks that a function, named at byte `offset`, exists and can be a start function.
pub(super) fn check(
    module: &[u8],
    sections: &Sections,
    function: u32,
    offset: usize,
) -> Result<(), PrepareError> {
    let Some(ty) = type_of(module, sections, function)? else {
        return Err(PrepareError::invalid(
            offset,
            "unknown function: function index out of bounds",
        ));
    };
    let mut reader = sections.reader(module, TYPE);
    let count = reader.var_u32()?;
    for index in 0..count {
        let counts = function_type(&mut reader)?;
        if index == ty {
            let message = "start function must have neither parameters nor results";
            return if counts == [0, 0] {
                Ok(())
            } else {
                Err(PrepareError::invalid(offset, message))
            };
        }
    }
    Err(PrepareError::invalid(offset, "unknown type: type index out of bounds"))
}

/// The index of a function's type.
fn type_of(module: &[u8], sections: &Sections, function: u32) -> Result<Option<u32>, PrepareError> {
    let mut found = None;
    let mut index = 0u32;
    let mut visit = |ty: u32| {
        if index == function {
            found = Some(ty);
        }
        index = index.saturating_add(1);
    };
    sections.reader(module, IMPORT).vector(|_, import: Import<'_>| {
        if let TypeRef::Func(ty) = import.ty {
            visit(ty);
        }
        Ok(())
    })?;
    sections.reader(module, FUNCTION).vector(|_, ty: u32| {
        visit(ty);
        Ok(())
    })?;
    Ok(found)
}
