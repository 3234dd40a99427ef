//! Whether a module is valid, found in one pass over its bytes.
//!
//! It takes what the interpreter's own validator takes, `wasmparser`, of the proposals that engines know, and
//! refuses what that refuses: both are compared over the official test suite, generated modules and any bytes. A
//! chip has no room for all of that one, which knows every proposal: this takes a tenth of the flash and half of
//! the time. It keeps some bytes for each type, function, global and export, and of a function its operands and
//! blocks.

mod atomic;
mod constant;
mod control;
mod cursor;
mod fault;
mod frame;
mod function;
mod known;
mod limits;
mod locals;
mod miscellaneous;
mod plain;
mod sections;
mod signatures;
mod step;
mod types;
mod value;
#[cfg(feature = "simd")]
mod vector;
mod weight;

use super::{
    error::PrepareError,
    prepared::Prepared,
    section::{
        CODE, DATA, DATA_COUNT, ELEMENT, EXPORT, FUNCTION, GLOBAL, IMPORT, MEMORY, START, Sections,
        TABLE, TAG, TYPE,
    },
};
use cursor::Cursor;
use fault::Fault;
use function::Function;
use known::Known;
use sections::Read;
pub use weight::Weight;

impl Prepared<'_> {
    /// Checks that [`code`](Self::code) is valid, with tail calls or without, and returns what it weighs. What this
    /// takes of the heap it gives back.
    ///
    /// # Errors
    ///
    /// Where it is not valid, by the byte of the code, and why; or if the heap has no room.
    ///
    /// ```
    /// use vellum_prepare::{Options, prepare};
    ///
    /// let validate = |text| prepare(&wat::parse_str(text).unwrap(), &Options::new()).unwrap().validate(true);
    /// assert!(validate("(module (func (result i32) (i32.const 1)))").is_ok());
    /// let error = validate("(module (func (result i32) (i64.const 1)))").unwrap_err();
    /// assert_eq!(error.to_string(), "byte 26: type mismatch: expected i32, found i64");
    /// ```
    pub fn validate(&self, tail_calls: bool) -> Result<Weight, PrepareError> {
        validate_code(&self.code, Proposals { threads: false, tail_calls })
    }
}

/// The proposals that some engines know and others don't.
///
/// ```
/// use vellum_prepare::{Proposals, validate_code};
///
/// let module = wat::parse_str("(module (memory 1 1 shared))").unwrap();
/// assert!(validate_code(&module, Proposals { threads: true, tail_calls: false }).is_ok());
/// assert!(validate_code(&module, Proposals::default()).is_err());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Proposals {
    /// Atomic instructions and shared memories, in a build with the feature `threads`.
    pub threads: bool,
    /// Tail calls.
    pub tail_calls: bool,
}

/// Checks that any module is valid, as [`Prepared::validate`] does, and returns what it weighs.
///
/// # Errors
///
/// As for [`Prepared::validate`].
///
/// ```
/// use vellum_prepare::{Proposals, validate_code};
///
/// let module = wat::parse_str("(module (func (drop)))").unwrap();
/// let error = validate_code(&module, Proposals::default()).unwrap_err();
/// assert_eq!(error.to_string(), "byte 23: type mismatch: nothing on stack");
/// ```
pub fn validate_code(module: &[u8], proposals: Proposals) -> Result<Weight, PrepareError> {
    let found = Sections::find(module)?;
    if let Some(section) = found.get(TAG) {
        return Err(error(Fault::Exceptions, section.start, &Function::new()));
    }
    let mut known = Known { proposals, ..Known::default() };
    let mut function = Function::new();
    for (id, read) in BEFORE {
        section(module, &found, id, read, &mut known, &mut function)?;
    }
    let weight = code(module, &found, &known, &mut function)?;
    section(module, &found, DATA, sections::data, &mut known, &mut function)?;
    if found.get(DATA).is_none() && known.data.is_some_and(|count| count > 0) {
        return Err(error(Fault::DataCount, module.len(), &function));
    }
    Ok(weight)
}

/// Each section before the code, in order, and what reads it.
const BEFORE: [(u8, Read); 10] = [
    (TYPE, sections::signatures),
    (IMPORT, sections::imports),
    (FUNCTION, sections::functions),
    (TABLE, sections::tables),
    (MEMORY, sections::memories),
    (GLOBAL, sections::globals),
    (EXPORT, sections::exports),
    (START, sections::start),
    (ELEMENT, sections::elements),
    (DATA_COUNT, sections::data_count),
];

fn section(
    module: &[u8],
    sections: &Sections,
    id: u8,
    read: Read,
    known: &mut Known,
    function: &mut Function,
) -> Result<(), PrepareError> {
    let Some(section) = sections.get(id) else { return Ok(()) };
    let mut cursor = Cursor::new(module, section.content());
    read(known, function, &mut cursor)
        .and_then(|()| cursor.end())
        .map_err(|fault| error(fault, cursor.position(), function))
}

fn code(
    module: &[u8],
    sections: &Sections,
    known: &Known,
    function: &mut Function,
) -> Result<Weight, PrepareError> {
    let content = sections.get(CODE).map_or(0..0, super::section::Section::content);
    let mut cursor = Cursor::new(module, content);
    let at = cursor.position();
    let outside = |fault, at| error(fault, at, &Function::new());
    let count = if cursor.is_empty() && sections.get(CODE).is_none() {
        0
    } else {
        cursor.u32().map_err(|fault| outside(fault, at))?
    };
    let types = known.functions.get(known.imported_functions..).unwrap_or_default();
    if count as usize != types.len() {
        return Err(outside(Fault::CodeCount, at));
    }
    let mut weight = Weight::default();
    for ty in types {
        let at = cursor.position();
        let body = cursor.sized().map_err(|fault| outside(fault, at))?;
        let length = body.len();
        let checked = function
            .check(known, *ty, &mut Cursor::new(module, body))
            .map_err(|fault| error(fault, function.at, function))?;
        weight.add(checked, length);
    }
    cursor.end().map_err(|fault| outside(fault, cursor.position()))?;
    Ok(weight)
}

#[cold]
fn error(fault: Fault, offset: usize, function: &Function) -> PrepareError {
    if fault == Fault::OutOfMemory {
        return PrepareError::OutOfMemory { needed: 0 };
    }
    PrepareError::Invalid { offset, message: fault.message(function.mismatch) }
}
