//! What the guest may not refer to, although it would be there after the pass.
//!
//! An appended global takes the first index that the guest has no right to, and exporting a
//! function permits `ref.func` to it. A module that would become valid by this is refused.

use super::{
    PrepareError,
    data::segments,
    memories::MemoryDecl,
    reader::{Reader, invalid},
    scan::Layout,
    section::{CODE, DATA, ELEMENT, EXPORT, GLOBAL, TABLE},
};
use core::cell::Cell;
use wasmparser::{
    Element, ElementItems, ElementKind, Export, ExternalKind, Global, Operator, OperatorsReader,
    Table, TableInit,
};

/// Refuses references of the guest to what the pass is going to append.
pub(super) fn check(
    module: &[u8],
    layout: &Layout,
    memories: &[MemoryDecl],
) -> Result<(), PrepareError> {
    if layout.computed_offsets == 0 && layout.start.is_none() {
        return Ok(());
    }
    let references = References { layout, declared: Cell::new(layout.start.is_none()) };
    references.outside_bodies(module, memories)?;
    references.in_bodies(module)
}

struct References<'a> {
    layout: &'a Layout,
    /// Whether the start function is named outside of function bodies, which permits `ref.func` to
    /// it within them; true if there is none.
    declared: Cell<bool>,
}

impl References<'_> {
    fn outside_bodies(&self, module: &[u8], memories: &[MemoryDecl]) -> Result<(), PrepareError> {
        let sections = &self.layout.sections;
        sections.reader(module, TABLE).vector(|_, table: Table<'_>| match table.init {
            TableInit::RefNull => Ok(()),
            TableInit::Expr(init) => self.constant(init.get_operators_reader()),
        })?;
        sections.reader(module, GLOBAL).vector(|_, global: Global<'_>| {
            self.constant(global.init_expr.get_operators_reader())
        })?;
        sections.reader(module, EXPORT).vector(|at, export: Export<'_>| {
            match export.kind {
                ExternalKind::Func => self.name(export.index),
                ExternalKind::Global if export.index >= self.layout.globals => {
                    return Err(unknown_global(at.start));
                }
                _ => {}
            }
            Ok(())
        })?;
        sections.reader(module, ELEMENT).vector(|_, element: Element<'_>| self.element(element))?;
        segments(module, sections.reader(module, DATA), memories, |segment| {
            match segment.active {
                Some(active) => self.constant(Reader::new(module, active.expression).constant()),
                None => Ok(()),
            }
        })?;
        Ok(())
    }

    fn element(&self, element: Element<'_>) -> Result<(), PrepareError> {
        if let ElementKind::Active { offset_expr, .. } = element.kind {
            self.constant(offset_expr.get_operators_reader())?;
        }
        match element.items {
            ElementItems::Functions(items) => {
                for item in items {
                    self.name(item.map_err(invalid)?);
                }
            }
            ElementItems::Expressions(_, items) => {
                for item in items {
                    self.constant(item.map_err(invalid)?.get_operators_reader())?;
                }
            }
        }
        Ok(())
    }

    fn name(&self, function: u32) {
        if self.layout.start == Some(function) {
            self.declared.set(true);
        }
    }

    fn constant(&self, mut operators: OperatorsReader<'_>) -> Result<(), PrepareError> {
        while !operators.eof() {
            if let Some((_, function)) = self.reference(&mut operators)? {
                self.name(function);
            }
        }
        Ok(())
    }

    fn in_bodies(&self, module: &[u8]) -> Result<(), PrepareError> {
        const REF_FUNC: u8 = 0xd2;
        let mut reader = self.layout.sections.reader(module, CODE);
        for _ in 0..reader.var_u32()? {
            let body = reader.sized()?;
            let may_refer =
                || module.get(body.clone()).is_some_and(|body| body.contains(&REF_FUNC));
            if self.layout.computed_offsets == 0 && (self.declared.get() || !may_refer()) {
                continue;
            }
            let mut operators = Reader::new(module, body).body()?;
            while !operators.eof() {
                match self.reference(&mut operators)? {
                    Some((at, function))
                        if !self.declared.get() && self.layout.start == Some(function) =>
                    {
                        return Err(PrepareError::invalid(at, "undeclared function reference"));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Reads an operator, refusing appended globals, and returns the function that it refers to
    /// and where.
    fn reference(
        &self,
        operators: &mut OperatorsReader<'_>,
    ) -> Result<Option<(usize, u32)>, PrepareError> {
        let (operator, at) = operators.read_with_offset().map_err(invalid)?;
        match operator {
            Operator::RefFunc { function_index } => Ok(Some((at, function_index))),
            Operator::GlobalGet { global_index } if global_index >= self.layout.globals => {
                Err(unknown_global(at))
            }
            _ => Ok(None),
        }
    }
}

#[cold]
fn unknown_global(at: usize) -> PrepareError {
    PrepareError::invalid(at, "unknown global: global index out of bounds")
}
