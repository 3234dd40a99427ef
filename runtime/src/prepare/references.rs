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
    section::{CODE, DATA, ELEMENT, EXPORT, GLOBAL, Sections, TABLE},
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
    if layout.computed_offsets > 0 {
        exports(module, layout)?;
        constants(module, layout, memories)?;
    }
    let undeclared = match layout.start {
        Some(start) if !declares(module, &layout.sections, start)? => Some(start),
        _ => None,
    };
    if layout.computed_offsets > 0 || undeclared.is_some() {
        bodies(module, layout, undeclared)?;
    }
    Ok(())
}

#[cold]
fn unknown_global(at: usize) -> PrepareError {
    PrepareError::invalid(at, "unknown global: global index out of bounds")
}

fn exports(module: &[u8], layout: &Layout) -> Result<(), PrepareError> {
    layout.sections.reader(module, EXPORT).vector(|at, export: Export<'_>| {
        if export.kind == ExternalKind::Global && export.index >= layout.globals {
            return Err(unknown_global(at.start));
        }
        Ok(())
    })?;
    Ok(())
}

/// Refuses appended globals in the constant expressions that are evaluated after them.
fn constants(module: &[u8], layout: &Layout, memories: &[MemoryDecl]) -> Result<(), PrepareError> {
    let check = |mut operators: OperatorsReader<'_>| {
        while !operators.eof() {
            own_globals(&mut operators, layout)?;
        }
        Ok(())
    };
    layout.sections.reader(module, ELEMENT).vector(|_, element: Element<'_>| {
        if let ElementKind::Active { offset_expr, .. } = element.kind {
            check(offset_expr.get_operators_reader())?;
        }
        if let ElementItems::Expressions(_, items) = element.items {
            for item in items {
                check(item.map_err(invalid)?.get_operators_reader())?;
            }
        }
        Ok(())
    })?;
    segments(module, layout.sections.reader(module, DATA), memories, |segment| {
        match segment.active {
            Some(active) => check(Reader::new(module, active.expression).constant()),
            None => Ok(()),
        }
    })?;
    Ok(())
}

/// Reads an operator, refusing appended globals.
fn own_globals<'a>(
    operators: &mut OperatorsReader<'a>,
    layout: &Layout,
) -> Result<Operator<'a>, PrepareError> {
    let (operator, at) = operators.read_with_offset().map_err(invalid)?;
    match operator {
        Operator::GlobalGet { global_index } if global_index >= layout.globals => {
            Err(unknown_global(at))
        }
        operator => Ok(operator),
    }
}

fn bodies(module: &[u8], layout: &Layout, undeclared: Option<u32>) -> Result<(), PrepareError> {
    const REF_FUNC: u8 = 0xd2;
    let mut reader = layout.sections.reader(module, CODE);
    for _ in 0..reader.var_u32()? {
        let body = reader.sized()?;
        let bytes = module.get(body.clone()).unwrap_or_default();
        if layout.computed_offsets == 0 && !bytes.contains(&REF_FUNC) {
            continue;
        }
        let mut operators = Reader::new(module, body).body()?;
        while !operators.eof() {
            let at = operators.original_position();
            match own_globals(&mut operators, layout)? {
                Operator::RefFunc { function_index } if Some(function_index) == undeclared => {
                    return Err(PrepareError::invalid(at, "undeclared function reference"));
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Whether a module permits `ref.func` to a function by naming it outside of function bodies.
fn declares(module: &[u8], sections: &Sections, function: u32) -> Result<bool, PrepareError> {
    let found = Cell::new(false);
    let name = |index: u32| found.set(found.get() || index == function);
    let names = |operators: OperatorsReader<'_>| {
        for operator in operators {
            if let Operator::RefFunc { function_index } = operator.map_err(invalid)? {
                name(function_index);
            }
        }
        Ok(())
    };
    sections.reader(module, TABLE).vector(|_, table: Table<'_>| match table.init {
        TableInit::RefNull => Ok(()),
        TableInit::Expr(init) => names(init.get_operators_reader()),
    })?;
    sections
        .reader(module, GLOBAL)
        .vector(|_, global: Global<'_>| names(global.init_expr.get_operators_reader()))?;
    sections.reader(module, ELEMENT).vector(|_, element: Element<'_>| {
        match element.items {
            ElementItems::Functions(items) => {
                for item in items {
                    name(item.map_err(invalid)?);
                }
            }
            ElementItems::Expressions(_, items) => {
                for item in items {
                    names(item.map_err(invalid)?.get_operators_reader())?;
                }
            }
        }
        Ok(())
    })?;
    sections.reader(module, EXPORT).vector(|_, export: Export<'_>| {
        if export.kind == ExternalKind::Func {
            name(export.index);
        }
        Ok(())
    })?;
    Ok(found.get())
}
