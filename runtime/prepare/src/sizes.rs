//! How large a module is, known before anything is made of it.

use super::{
    error::PrepareError,
    items, opcode,
    reader::Reader,
    section::{CODE, ELEMENT, Sections, TABLE},
    suspect,
};
use core::ops::Range;
use wasmparser::Operator;

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
    /// How deep blocks are nested in one function. Functions with few blocks are not looked at, so
    /// that it is 0 unless some function has more than 64.
    pub nesting: u32,
}

/// A function with this many blocks needs little room while it is translated, however they are nested.
const FEW_BLOCKS: usize = 64;

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

    /// Measures the function bodies.
    pub(super) fn bodies(
        &mut self,
        module: &[u8],
        sections: &Sections,
    ) -> Result<(), PrepareError> {
        self.code = sections.get(CODE).map_or(0, |section| section.content().len());
        let mut reader = sections.reader(module, CODE);
        for _ in 0..reader.var_u32()? {
            let body = reader.sized()?;
            self.largest_body = self.largest_body.max(body.len());
            self.most_locals = self.most_locals.max(Reader::new(module, body.clone()).locals()?);
            self.nesting = self.nesting.max(nesting(module, body)?);
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

/// How deep blocks are nested in a function body that has more than a few, as far as it can be
/// decoded. Refuses what the interpreter would take too much heap to decode.
fn nesting(module: &[u8], body: Range<usize>) -> Result<u32, PrepareError> {
    // Other bytes may look like the start of a block: there are no more blocks than this.
    let bytes = module.get(body.clone()).unwrap_or_default();
    let blocks = bytes.iter().filter(|byte| (opcode::BLOCK..=opcode::IF).contains(byte)).count();
    if blocks <= FEW_BLOCKS && !suspect::may_list(bytes) {
        return Ok(0);
    }
    let mut operators = Reader::new(module, body).body()?;
    let (mut depth, mut deepest) = (0u32, 0);
    while !operators.is_empty() {
        operators.check_proposal()?;
        match operators.operator() {
            Ok(Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. }) => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            Ok(Operator::End) => depth = depth.saturating_sub(1),
            Ok(_) => {}
            // The interpreter finds it too.
            Err(_) => break,
        }
    }
    Ok(if blocks > FEW_BLOCKS { deepest } else { 0 })
}
