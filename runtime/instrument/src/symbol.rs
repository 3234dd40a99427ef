//! Functions and places in source files.

use std::fmt;

/// A function that is executed at some place, or one that is inlined there.
///
/// ```
/// use vellum_instrument::Symbols;
///
/// let module = wat::parse_str("(module (func $first unreachable))").unwrap();
/// let at = module.iter().position(|byte| *byte == 0x0b).unwrap() - 1;
/// let symbols = Symbols::of(&module)?.at(u32::try_from(at).unwrap());
/// assert_eq!(symbols[0].name.as_deref(), Some("first"));
/// assert_eq!(symbols[0].location, None);
/// # Ok::<(), vellum_instrument::InstrumentError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Symbol {
    /// The name of the function, as its source has it, if it is known.
    pub name: Option<String>,
    /// Where in the source, if it is known.
    pub location: Option<Location>,
}

/// A place in a source file.
///
/// ```
/// use vellum_instrument::Location;
///
/// let location = Location { file: "src/lib.rs".into(), line: Some(7), column: None };
/// assert_eq!(location.to_string(), "src/lib.rs:7");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The file, as the compiler saw it.
    pub file: String,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column, from 1.
    pub column: Option<u32>,
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        let Some(line) = self.line else { return Ok(()) };
        write!(f, ":{line}")?;
        self.column.map_or(Ok(()), |column| write!(f, ":{column}"))
    }
}
