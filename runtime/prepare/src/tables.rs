//! The tables a module has, and their types.

use super::{
    error::PrepareError,
    helper::ReferenceType,
    items,
    memories::reserve,
    section::{IMPORT, Sections, TABLE},
};
use alloc::vec::Vec;
use wasmparser::{Import, RefType, TableType, TypeRef};

/// The most tables that a module may have, as the interpreter has it.
pub(super) const MAX_TABLES: usize = 100;

/// A table, imported or defined.
#[derive(Debug, Clone, Copy)]
pub(super) struct TableDecl {
    /// Whether it is a 64-bit one.
    pub(super) wide: bool,
    /// What it holds; `None` if the interpreter does not know the type.
    pub(super) ty: Option<ReferenceType>,
}

/// Every table in index order.
pub(super) fn tables(module: &[u8], sections: &Sections) -> Result<Vec<TableDecl>, PrepareError> {
    let mut tables = Vec::new();
    sections.reader(module, IMPORT).vector(|at, import: Import<'_>| match import.ty {
        TypeRef::Table(ty) => declare(&mut tables, ty, at.start),
        _ => Ok(()),
    })?;
    sections.reader(module, TABLE).items(|reader| {
        let at = reader.position();
        declare(&mut tables, items::table(reader)?.ty, at)
    })?;
    Ok(tables)
}

fn declare(tables: &mut Vec<TableDecl>, ty: TableType, offset: usize) -> Result<(), PrepareError> {
    if tables.len() >= MAX_TABLES {
        return Err(PrepareError::invalid(offset, "tables count exceeds limit of 100"));
    }
    let reference = match ty.element_type {
        RefType::FUNCREF => Some(ReferenceType::FuncRef),
        RefType::EXTERNREF => Some(ReferenceType::ExternRef),
        _ => None,
    };
    reserve(tables, 1)?;
    tables.push(TableDecl { wide: ty.table64, ty: reference });
    Ok(())
}
