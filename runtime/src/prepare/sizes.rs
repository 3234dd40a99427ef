//! How large a module is, known before anything is made of it.

use super::{
    PrepareError,
    reader::Reader,
    section::{CODE, ELEMENT, Sections, TABLE},
};
use wasmparser::{Element, ElementItems, Table, ValType};

/// How large a module is, so that its admission can be decided before it is loaded.
///
/// Counts are of what the module itself declares, without what the pass appends.
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
    /// Bytes of all passive data segments together.
    pub passive_data: usize,
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
        self.tables = sections.reader(module, TABLE).vector(|_, table: Table<'_>| {
            self.table_elements = self.table_elements.saturating_add(table.ty.initial);
            Ok(())
        })?;
        Ok(())
    }

    pub(super) fn elements(
        &mut self,
        module: &[u8],
        sections: &Sections,
    ) -> Result<(), PrepareError> {
        let reader = sections.reader(module, ELEMENT);
        self.element_segments = reader.vector(|_, element: Element<'_>| {
            let items = match element.items {
                ElementItems::Functions(functions) => functions.count(),
                ElementItems::Expressions(_, expressions) => expressions.count(),
            };
            self.element_items = self.element_items.saturating_add(items);
            Ok(())
        })?;
        Ok(())
    }

    /// Measures the function bodies and returns their number.
    pub(super) fn bodies(
        &mut self,
        module: &[u8],
        sections: &Sections,
    ) -> Result<u32, PrepareError> {
        self.code = sections.get(CODE).map_or(0, |section| section.content().len());
        let mut reader = sections.reader(module, CODE);
        let count = reader.var_u32()?;
        for _ in 0..count {
            let body = reader.sized()?;
            self.largest_body = self.largest_body.max(body.len());
            self.most_locals = self.most_locals.max(locals(Reader::new(module, body))?);
        }
        reader.end()?;
        Ok(count)
    }
}

fn locals(mut body: Reader<'_>) -> Result<u32, PrepareError> {
    let mut total = 0u32;
    for _ in 0..body.var_u32()? {
        let at = body.position();
        let count = body.var_u32()?;
        body.item::<ValType>()?;
        total = total
            .checked_add(count)
            .ok_or_else(|| PrepareError::invalid(at, "too many locals: locals exceed maximum"))?;
    }
    Ok(total)
}
