//! Modules in parts: most of the code stays in the module's bytes until it is called.
//!
//! The crate `vellum-split` writes them. Behind the main module lies a custom section:
//!
//! ```text
//! version   byte        1
//! n         u32         functions
//! g         u32         parts
//! part of   n x u16     the part of each function
//! ends      g x u32     where each part ends, counted from the first byte behind
//! parts     bytes       a module each
//! ```
//!
//! Numbers are little-endian.

use core::ops::Range;
use wasmparser::BinaryReader;

/// The module name of the import that loads a part, and the name of the section.
pub(crate) const NAME: &str = "vellum.parts";
/// The name of the import that loads a part.
pub(crate) const LOAD: &str = "load";
/// How exports begin that are there for parts alone.
const EXPORTS: &str = "vellum.parts.";

const CUSTOM: u8 = 0;
const VERSION: u8 = 1;
const WORD: usize = size_of::<u32>();
const NUMBER: usize = size_of::<u16>();

#[cfg(feature = "parts")]
type Possible = ();
#[cfg(not(feature = "parts"))]
type Possible = core::convert::Infallible;

#[cfg(feature = "parts")]
const POSSIBLE: Option<Possible> = Some(());
#[cfg(not(feature = "parts"))]
const POSSIBLE: Option<Possible> = None;

/// Where the parts of a module are in its bytes. Without the feature `parts` there are none.
#[derive(Debug)]
pub(crate) struct Parts {
    /// The parts of the functions, by their numbers.
    functions: Range<usize>,
    /// The ends of the parts.
    ends: Range<usize>,
    /// The parts.
    bytes: Range<usize>,
    _possible: Possible,
}

impl Parts {
    /// The parts of a module, or why its section can't be read.
    pub(super) fn find(module: &[u8]) -> Result<Option<Self>, usize> {
        let Some(possible) = POSSIBLE else { return Ok(None) };
        let Some(section) = section(module) else { return Ok(None) };
        let at = section.start;
        Self::read(module, section, possible).map(Some).ok_or(at)
    }

    fn read(module: &[u8], section: Range<usize>, possible: Possible) -> Option<Self> {
        let mut reader = BinaryReader::new(module.get(section.clone())?, section.start);
        if reader.read_u8().ok()? != VERSION {
            return None;
        }
        let table = |size: usize, read: &mut BinaryReader<'_>| {
            let count = usize::try_from(read.read_u32().ok()?).ok()?;
            count.checked_mul(size)
        };
        let functions = table(NUMBER, &mut reader)?;
        let ends = table(WORD, &mut reader)?;
        let start = reader.original_position();
        let middle = start.checked_add(functions)?;
        let end = middle.checked_add(ends).filter(|end| *end <= section.end)?;
        Some(Self {
            functions: start..middle,
            ends: middle..end,
            bytes: end..section.end,
            _possible: possible,
        })
    }

    /// How many parts there are.
    pub(crate) fn count(&self) -> usize {
        self.ends.len() / WORD
    }

    /// The part of a function.
    pub(crate) fn of_function(&self, module: &[u8], function: u32) -> Option<usize> {
        let at = usize::try_from(function).ok()?.checked_mul(NUMBER)?;
        let number = module.get(self.functions.clone())?.get(at..at.checked_add(NUMBER)?)?;
        Some(u16::from_le_bytes(number.try_into().ok()?).into())
    }

    /// The bytes of a part, as a range of the module's.
    pub(crate) fn range(&self, module: &[u8], part: usize) -> Option<Range<usize>> {
        let ends = module.get(self.ends.clone())?;
        let end = |nth: usize| {
            let end = ends.chunks_exact(WORD).nth(nth)?;
            usize::try_from(u32::from_le_bytes(end.try_into().ok()?)).ok()
        };
        let first = if part == 0 { 0 } else { end(part - 1)? };
        let (first, last) =
            (self.bytes.start.checked_add(first)?, self.bytes.start.checked_add(end(part)?)?);
        (first <= last && last <= self.bytes.end).then_some(first..last)
    }

    /// Whether an export of that name is there for parts alone.
    pub(crate) fn exports(name: &str) -> bool {
        name.starts_with(EXPORTS)
    }
}

/// The contents of the section.
fn section(module: &[u8]) -> Option<Range<usize>> {
    const HEADER: usize = 8;
    let mut reader = BinaryReader::new(module.get(HEADER..)?, HEADER);
    while !reader.eof() {
        let id = reader.read_u8().ok()?;
        let (start, contents) = sized(&mut reader)?;
        let mut contents = BinaryReader::new(contents, start);
        if id == CUSTOM && sized(&mut contents)?.1 == NAME.as_bytes() {
            return Some(contents.original_position()..reader.original_position());
        }
    }
    None
}

/// Bytes behind their length, and where they start. The reader itself adds up lengths without a check on
/// 32-bit targets.
fn sized<'a>(reader: &mut BinaryReader<'a>) -> Option<(usize, &'a [u8])> {
    let length = usize::try_from(reader.read_var_u32().ok()?).ok()?;
    let start = reader.original_position();
    let bytes = (length <= reader.bytes_remaining()).then(|| reader.read_bytes(length).ok());
    Some((start, bytes??))
}
