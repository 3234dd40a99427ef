//! Export names that the guest does not use.

use super::{
    error::PrepareError,
    section::{EXPORT, Sections},
};
use core::fmt::{self, Write};
use core::ops::Deref;
use wasmparser::Export;

const PREFIX: &str = "vellum:";
/// The module name of the imports that stand for memories the module defines.
pub(super) const MODULE: &str = "vellum";

/// The name of the import that stands for the memory of that index.
pub(super) fn memory_name(index: usize) -> Name {
    Name::format(format_args!("{index}"))
}

/// The names of the exports that the pass appends to a module.
///
/// They share a prefix with which none of the guest's own exports begins.
///
/// ```
/// use vellum_prepare::{Options, prepare};
///
/// let module = wat::parse_str("(module (func $start) (start $start))").unwrap();
/// let prepared = prepare(&module, &Options::new())?;
/// assert!(prepared.names.contains(&prepared.names.start()));
/// assert!(!prepared.names.contains("start"));
/// # Ok::<(), vellum_prepare::PrepareError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Names {
    pub(super) number: u32,
}

impl Names {
    /// The export of the start function.
    pub fn start(&self) -> Name {
        Name::format(format_args!("{PREFIX}{}:start", self.number))
    }

    /// The export of the global that holds the offset [`Offset::Global(k)`](super::Offset).
    pub fn offset(&self, k: u32) -> Name {
        Name::format(format_args!("{PREFIX}{}:{k}", self.number))
    }

    /// The export of the table of helpers, which the host fills in the order of
    /// [`Prepared::helpers`](super::Prepared::helpers).
    pub fn host(&self) -> Name {
        Name::format(format_args!("{PREFIX}{}:host", self.number))
    }

    /// The export of the table of index `k`, which [`Helper::TableGrow`](super::Helper) grows.
    pub fn table(&self, k: u32) -> Name {
        Name::format(format_args!("{PREFIX}{}:table{k}", self.number))
    }

    /// Whether an export of that name is one that the pass may have appended, so not the guest's.
    pub fn contains(&self, export: &str) -> bool {
        let prefix = Name::format(format_args!("{PREFIX}{}:", self.number));
        export.starts_with(&*prefix)
    }

    /// Finds a number that no export of the module has behind the prefix.
    ///
    /// There are fewer exports than candidates, so halving the candidates and going on where they
    /// outnumber the exports that use them ends at a free one, whatever the guest does.
    pub(super) fn unused(module: &[u8], sections: &Sections) -> Result<Self, PrepareError> {
        let used = |low: u32, high: u32| {
            let mut count = 0;
            let exports = sections.reader(module, EXPORT).vector(|_, export: Export<'_>| {
                let number = number(export.name);
                count += u32::from(number.is_some_and(|n| (low..high).contains(&n)));
                Ok(())
            })?;
            Ok::<_, PrepareError>((count, exports))
        };
        let (first, exports) = used(0, 1)?;
        if first == 0 {
            return Ok(Self { number: 0 });
        }
        let (mut low, mut high) = (0, exports.saturating_add(1));
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if used(low, middle)?.0 < middle - low {
                high = middle;
            } else {
                low = middle;
            }
        }
        Ok(Self { number: low })
    }
}

fn number(name: &str) -> Option<u32> {
    name.strip_prefix(PREFIX)?.split_once(':')?.0.parse().ok()
}

/// A short name, usable as `&str`.
///
/// ```
/// use vellum_prepare::{Options, prepare};
///
/// let module = wat::parse_str("(module (func $start) (start $start))").unwrap();
/// let prepared = prepare(&module, &Options::new())?;
/// let start = prepared.names.start();
/// let exported = prepared.code.windows(start.len()).any(|bytes| bytes == start.as_bytes());
/// assert!(exported);
/// # Ok::<(), vellum_prepare::PrepareError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    bytes: [u8; Self::CAPACITY],
    length: usize,
}

impl Name {
    /// The prefix, a number, a colon, a word and another number.
    const CAPACITY: usize = PREFIX.len() + 10 + 1 + "table".len() + 10;

    fn format(text: fmt::Arguments<'_>) -> Self {
        let mut name = Self { bytes: [0; Self::CAPACITY], length: 0 };
        let complete = name.write_fmt(text);
        debug_assert!(complete.is_ok(), "{text} does not fit a name");
        name
    }
}

impl Write for Name {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let end = self.length + text.len();
        let room = self.bytes.get_mut(self.length..end).ok_or(fmt::Error)?;
        room.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

impl Deref for Name {
    type Target = str;

    fn deref(&self) -> &str {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        core::str::from_utf8(bytes).unwrap_or_default()
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self)
    }
}
