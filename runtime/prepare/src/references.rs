//! What the guest may not refer to, although it would be there after the pass.
//!
//! An appended global, type or table takes the first index that the guest has no right to, and
//! exporting a function permits `ref.func` to it. A module that would become valid by this is
//! refused. Appended local variables are dealt with where instructions are [found](super::find).

use super::{
    data::segments,
    error::PrepareError,
    items::{self, Part},
    layout::Layout,
    memories::MemoryDecl,
    opcode,
    reader::Reader,
    section::{CODE, DATA, ELEMENT, EXPORT, FUNCTION, GLOBAL, IMPORT, TABLE},
    suspect,
};
use core::{cell::Cell, ops::Range};
use wasmparser::{BlockType, Export, ExternalKind, Import, Operator, TypeRef};

/// Refuses references of the guest to what the pass is going to append.
pub(super) fn check(
    module: &[u8],
    layout: &Layout,
    memories: &[MemoryDecl],
) -> Result<(), PrepareError> {
    let host = &layout.lowering.host;
    if layout.computed_offsets == 0 && layout.start.is_none() && host.is_empty() {
        return Ok(());
    }
    let unlimited = u32::MAX;
    let references = References {
        layout,
        types: if host.is_empty() { unlimited } else { host.first_type },
        appended_types: host.types(),
        tables: if host.is_empty() { unlimited } else { host.index },
        declared: Cell::new(layout.start.is_none()),
    };
    references.outside_bodies(module, memories)?;
    references.in_bodies(module)
}

struct References<'a> {
    layout: &'a Layout,
    /// The first type that is appended.
    types: u32,
    appended_types: u32,
    /// The table that is appended.
    tables: u32,
    /// Whether the start function is named outside of function bodies, which permits `ref.func` to
    /// it within them; true if there is none.
    declared: Cell<bool>,
}

impl References<'_> {
    fn outside_bodies(&self, module: &[u8], memories: &[MemoryDecl]) -> Result<(), PrepareError> {
        let sections = &self.layout.sections;
        sections.reader(module, IMPORT).vector(|at, import: Import<'_>| match import.ty {
            TypeRef::Func(ty) => self.ty(ty, at.start),
            _ => Ok(()),
        })?;
        sections.reader(module, FUNCTION).vector(|at, ty: u32| self.ty(ty, at.start))?;
        sections.reader(module, TABLE).items(|reader| match items::table(reader)?.init {
            Some(init) => self.constant(module, init),
            None => Ok(()),
        })?;
        sections
            .reader(module, GLOBAL)
            .items(|reader| self.constant(module, items::global(reader)?.init))?;
        sections.reader(module, EXPORT).vector(|at, export: Export<'_>| {
            match export.kind {
                ExternalKind::Func => self.name(export.index),
                ExternalKind::Table => self.table(export.index, at.start)?,
                ExternalKind::Global if export.index >= self.layout.globals => {
                    return Err(unknown_global(at.start));
                }
                _ => {}
            }
            Ok(())
        })?;
        sections.reader(module, ELEMENT).items(|reader| {
            let at = reader.position();
            items::element(reader, |part| self.element(module, part, at))
        })?;
        segments(module, sections.reader(module, DATA), memories, |segment| {
            match segment.active {
                Some(active) => self.constant(module, active.expression),
                None => Ok(()),
            }
        })?;
        Ok(())
    }

    fn element(&self, module: &[u8], part: Part, at: usize) -> Result<(), PrepareError> {
        match part {
            Part::Place { table, offset } => {
                self.table(table, at)?;
                self.constant(module, offset)
            }
            Part::Function(function) => {
                self.name(function);
                Ok(())
            }
            Part::Expression(expression) => self.constant(module, expression),
        }
    }

    fn ty(&self, ty: u32, at: usize) -> Result<(), PrepareError> {
        if ty < self.types {
            return Ok(());
        }
        Err(PrepareError::invalid(at, "unknown type: type index out of bounds"))
    }

    fn table(&self, table: u32, at: usize) -> Result<(), PrepareError> {
        if table < self.tables {
            return Ok(());
        }
        Err(PrepareError::invalid(at, "unknown table: table index out of bounds"))
    }

    fn name(&self, function: u32) {
        if self.layout.start == Some(function) {
            self.declared.set(true);
        }
    }

    fn constant(&self, module: &[u8], expression: Range<usize>) -> Result<(), PrepareError> {
        let mut operators = Reader::new(module, expression);
        while !operators.is_empty() {
            if let Some((_, function)) = self.reference(&mut operators)? {
                self.name(function);
            }
        }
        Ok(())
    }

    fn in_bodies(&self, module: &[u8]) -> Result<(), PrepareError> {
        let types = self.types..self.types.saturating_add(self.appended_types);
        let mut reader = self.layout.sections.reader(module, CODE);
        for _ in 0..reader.var_u32()? {
            let body = reader.sized()?;
            let bytes = module.get(body.clone()).unwrap_or_default();
            let start = !self.declared.get() && bytes.contains(&opcode::REF_FUNC);
            let globals = self.layout.computed_offsets > 0;
            let host = || !types.is_empty() && suspect::may_refer(bytes, &types, self.tables);
            if !start && !globals && !host() {
                continue;
            }
            let mut operators = Reader::new(module, body).body()?;
            while !operators.is_empty() {
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

    /// Reads an operator, refusing what is appended, and returns the function that it refers to and
    /// where.
    fn reference(&self, operators: &mut Reader<'_>) -> Result<Option<(usize, u32)>, PrepareError> {
        let at = operators.position();
        match operators.operator()? {
            Operator::RefFunc { function_index } => Ok(Some((at, function_index))),
            Operator::GlobalGet { global_index } if global_index >= self.layout.globals => {
                Err(unknown_global(at))
            }
            operator => self.types_and_tables(&operator, at).map(|()| None),
        }
    }

    /// Refuses the appended types and the appended table.
    fn types_and_tables(&self, operator: &Operator<'_>, at: usize) -> Result<(), PrepareError> {
        match *operator {
            Operator::Block { blockty: BlockType::FuncType(ty) }
            | Operator::Loop { blockty: BlockType::FuncType(ty) }
            | Operator::If { blockty: BlockType::FuncType(ty) } => self.ty(ty, at),
            Operator::CallIndirect { type_index, table_index }
            | Operator::ReturnCallIndirect { type_index, table_index } => {
                self.ty(type_index, at)?;
                self.table(table_index, at)
            }
            Operator::TableGet { table }
            | Operator::TableSet { table }
            | Operator::TableSize { table }
            | Operator::TableGrow { table }
            | Operator::TableFill { table }
            | Operator::TableInit { table, .. } => self.table(table, at),
            Operator::TableCopy { dst_table, src_table } => {
                self.table(dst_table, at)?;
                self.table(src_table, at)
            }
            _ => Ok(()),
        }
    }
}

#[cold]
fn unknown_global(at: usize) -> PrepareError {
    PrepareError::invalid(at, "unknown global: global index out of bounds")
}
