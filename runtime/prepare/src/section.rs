//! Where each section of a module is.

use super::{error::PrepareError, module_name, reader::Reader};
use core::{num::NonZeroUsize, ops::Range};

pub(super) const CUSTOM: u8 = 0;
pub(super) const TYPE: u8 = 1;
pub(super) const IMPORT: u8 = 2;
pub(super) const FUNCTION: u8 = 3;
pub(super) const TABLE: u8 = 4;
pub(super) const MEMORY: u8 = 5;
pub(super) const GLOBAL: u8 = 6;
pub(super) const EXPORT: u8 = 7;
pub(super) const START: u8 = 8;
pub(super) const ELEMENT: u8 = 9;
pub(super) const CODE: u8 = 10;
pub(super) const DATA: u8 = 11;
pub(super) const DATA_COUNT: u8 = 12;
pub(super) const TAG: u8 = 13;

/// The order in which sections that are not custom appear, each at most once.
pub(super) const ORDER: [u8; 13] = [
    TYPE, IMPORT, FUNCTION, TABLE, MEMORY, TAG, GLOBAL, EXPORT, START, ELEMENT, DATA_COUNT, CODE,
    DATA,
];

/// The length of the preamble: magic number and version.
pub(super) const PREAMBLE: usize = 8;

/// The name of the custom section that the pass adds to a module prepared ahead of time.
pub(super) const STORED: &str = "vellum";
/// What its contents begin with; a section of that name that does not is not of the pass.
pub(super) const MAGIC: [u8; 4] = *b"\0vpm";

/// The name of the custom section in which such a module states the heap that it takes.
pub(super) const BOUND: &str = "vellum.bound";

/// One section: its id is at `start`, its contents run from `content` to `end`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Section {
    pub(super) start: usize,
    content: usize,
    /// None ends at 0, so an option takes no more.
    end: NonZeroUsize,
}

impl Section {
    /// One with its id there and these contents, which are not empty at the very begin of a module.
    fn new(start: usize, content: Range<usize>) -> Option<Self> {
        Some(Self { start, content: content.start, end: NonZeroUsize::new(content.end)? })
    }

    /// The id, the length and the contents.
    pub(super) fn whole(self) -> Range<usize> {
        self.start..self.end.get()
    }

    pub(super) fn content(self) -> Range<usize> {
        self.content..self.end.get()
    }
}

/// The sections of a module by id.
#[derive(Debug, Clone, Default)]
pub(super) struct Sections {
    by_id: [Option<Section>; 14],
    /// What the pass itself stored in a module prepared ahead of time, behind the magic number.
    pub(super) stored: Option<Range<usize>>,
    /// The contents of the first section of names, its title apart.
    pub(super) names: Range<usize>,
    /// The section in which a module prepared ahead of time states its bound, its title no part of the
    /// contents.
    pub(super) bound: Option<Section>,
}

impl Sections {
    pub(super) fn get(&self, id: u8) -> Option<Section> {
        self.by_id.get(usize::from(id)).copied().flatten()
    }

    /// A reader of the contents of a section; of an empty vector where the module has none.
    pub(super) fn reader<'a>(&self, module: &'a [u8], id: u8) -> Reader<'a> {
        match self.get(id) {
            Some(section) => Reader::new(module, section.content()),
            None => Reader::new(&[0], 0..1),
        }
    }

    /// Finds the sections of a module and checks their order, their lengths and the names of the
    /// custom ones.
    pub(super) fn find(module: &[u8]) -> Result<Self, PrepareError> {
        let mut sections = Self::default();
        let mut order = ORDER.iter();
        let mut reader = Reader::new(module, 0..module.len());
        preamble(&mut reader)?;
        while !reader.is_empty() {
            let start = reader.position();
            let id = reader.byte()?;
            let content = reader.sized()?;
            if id == CUSTOM {
                sections.custom(module, start, content)?;
                continue;
            }
            let Some(slot) = sections.by_id.get_mut(usize::from(id)) else {
                return Err(PrepareError::invalid(start, "malformed section id"));
            };
            if !order.any(|next| *next == id) {
                return Err(PrepareError::invalid(start, "section out of order"));
            }
            *slot = Section::new(start, content);
        }
        Ok(sections)
    }

    fn custom(
        &mut self,
        module: &[u8],
        whole: usize,
        content: Range<usize>,
    ) -> Result<(), PrepareError> {
        let mut reader = Reader::new(module, content.clone());
        let name: &str = reader.item()?;
        let start = reader.position();
        if name == module_name::SECTION && self.names.is_empty() {
            self.names = start..content.end;
        }
        if name == BOUND && self.bound.is_none() {
            self.bound = Section::new(whole, start..content.end);
        }
        let magic = module.get(start..content.end).is_some_and(|rest| rest.starts_with(&MAGIC));
        if name != STORED || !magic {
            return Ok(());
        }
        if self.stored.replace(start + MAGIC.len()..content.end).is_some() {
            return Err(PrepareError::invalid(content.start, "prepared twice"));
        }
        Ok(())
    }
}

fn preamble(reader: &mut Reader<'_>) -> Result<(), PrepareError> {
    for expected in b"\0asm" {
        if reader.is_empty() {
            return Err(PrepareError::invalid(reader.position(), "unexpected end"));
        }
        if reader.byte()? != *expected {
            return Err(PrepareError::invalid(0, "magic header not detected"));
        }
    }
    for expected in [1, 0, 0, 0] {
        if reader.byte()? != expected {
            return Err(PrepareError::invalid(4, "unknown binary version"));
        }
    }
    Ok(())
}
