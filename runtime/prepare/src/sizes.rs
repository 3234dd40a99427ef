//! How large a module is, known before anything is made of it.

use super::{
    error::PrepareError,
    items,
    reader::Reader,
    section::{CODE, ELEMENT, Sections, TABLE},
    suspect,
};
use core::ops::Range;

/// How large a module is, so that its admission can be decided before it is loaded.
///
/// Counts are of what the module itself declares, without what the pass appends; function bodies
/// are measured as the interpreter gets them.
///
/// ```
/// use vellum_prepare::{Options, prepare};
///
/// let module = wat::parse_str("(module (table 10 funcref) (func (local i32 i64)))").unwrap();
/// let sizes = prepare(&module, &Options::new())?.sizes;
/// assert_eq!((sizes.functions, sizes.most_locals, sizes.table_elements), (1, 2, 10));
/// # Ok::<(), vellum_prepare::PrepareError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Sizes {
    /// Function types.
    pub types: u32,
    /// Imports of every kind.
    pub imports: u32,
    /// Defined functions.
    pub functions: u32,
    /// Defined tables.
    pub tables: u32,
    /// Elements that the defined tables have at first, together; at most [`u64::MAX`].
    pub table_elements: u64,
    /// Memories, imported and defined.
    pub memories: u32,
    /// Defined globals.
    pub globals: u32,
    /// Exports.
    pub exports: u32,
    /// Element segments.
    pub element_segments: u32,
    /// Items of all element segments together; at most [`u32::MAX`].
    pub element_items: u32,
    /// Data segments, active and passive.
    pub data_segments: u32,
    /// Bytes of the code section's contents.
    pub code: usize,
    /// Bytes of the largest function body.
    pub largest_body: usize,
    /// The most local variables that one function declares, parameters not counted.
    pub most_locals: u32,
}

impl Sizes {
    pub(super) fn tables(
        &mut self,
        module: &[u8],
        sections: &Sections,
    ) -> Result<(), PrepareError> {
        self.tables = sections.reader(module, TABLE).items(|reader| {
            let ty = items::table(reader)?.ty;
            self.table_elements = self.table_elements.saturating_add(ty.initial);
            Ok(())
        })?;
        Ok(())
    }

    pub(super) fn elements(
        &mut self,
        module: &[u8],
        sections: &Sections,
    ) -> Result<(), PrepareError> {
        self.element_segments = sections.reader(module, ELEMENT).items(|reader| {
            items::element(reader, |part| {
                let item = !matches!(part, items::Part::Place { .. });
                self.element_items = self.element_items.saturating_add(item.into());
                Ok(())
            })
        })?;
        Ok(())
    }

    /// Measures the function bodies, and refuses those that the interpreter would take too much heap to
    /// decode.
    pub(super) fn bodies(
        &mut self,
        module: &[u8],
        sections: &Sections,
    ) -> Result<(), PrepareError> {
        self.each_body(module, sections, |body| check_lists(module, body))
    }

    /// Measures the function bodies, and looks at each.
    pub(super) fn each_body(
        &mut self,
        module: &[u8],
        sections: &Sections,
        look: impl Fn(Range<usize>) -> Result<(), PrepareError>,
    ) -> Result<(), PrepareError> {
        self.code = sections.get(CODE).map_or(0, |section| section.content().len());
        let mut reader = sections.reader(module, CODE);
        for _ in 0..reader.var_u32()? {
            let body = reader.sized()?;
            self.largest_body = self.largest_body.max(body.len());
            self.most_locals = self.most_locals.max(Reader::new(module, body.clone()).locals()?);
            look(body)?;
        }
        Ok(())
    }
}

/// Checks the lengths and the local variables of the function bodies and returns their number.
pub(super) fn count_bodies(module: &[u8], sections: &Sections) -> Result<u32, PrepareError> {
    let mut reader = sections.reader(module, CODE);
    let count = reader.var_u32()?;
    for _ in 0..count {
        Reader::new(module, reader.sized()?).locals()?;
    }
    reader.end()?;
    Ok(count)
}

/// Refuses a function body that the interpreter would take too much heap to decode.
fn check_lists(module: &[u8], body: Range<usize>) -> Result<(), PrepareError> {
    if !suspect::may_list(module.get(body.clone()).unwrap_or_default()) {
        return Ok(());
    }
    let mut operators = Reader::new(module, body).body()?;
    while !operators.is_empty() {
        operators.check_proposal()?;
        // The interpreter finds it too.
        if operators.operator().is_err() {
            break;
        }
    }
    Ok(())
}
