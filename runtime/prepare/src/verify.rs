//! Checking that the code of a module prepared ahead of time has the form that the pass gives it.

use super::{
    data::{Active, DataSegment, Offset},
    error::PrepareError,
    host_table::HostTable,
    items::{self, Table},
    lookup,
    memories::MemoryDecl,
    mend::{self, Facts, Signs},
    names::{MODULE, Names, memory_name},
    reader::Reader,
    scan::Scan,
    section::{CODE, EXPORT, FUNCTION, GLOBAL, IMPORT, Sections, TABLE, TYPE},
    start,
    tables::TableDecl,
};
use alloc::vec::Vec;
use wasmparser::{Export, ExternalKind, Import, Operator, RefType, TypeRef, ValType};

/// What the pass says that it appended to a module.
pub(super) struct Appended<'a> {
    /// The byte of the module where it says so.
    pub(super) at: usize,
    pub(super) names: Names,
    pub(super) start: bool,
    /// The number of memories.
    pub(super) memories: u32,
    /// Every table of the module.
    pub(super) tables: &'a [TableDecl],
    pub(super) host: &'a HostTable,
    pub(super) data: &'a [DataSegment],
}

impl<'a> Appended<'a> {
    /// The active segments whose offsets are globals.
    fn computed(&self) -> impl Iterator<Item = &'a Active> {
        let active = self.data.iter().filter_map(|data| data.active.as_ref());
        active.filter(|active| matches!(active.offset, Offset::Global(_)))
    }
}

/// Checks that the last imports, globals and exports of the module are the appended ones, and
/// takes them out of the scan.
pub(super) fn appended(
    module: &[u8],
    scan: &mut Scan,
    appended: &Appended<'_>,
) -> Result<(), PrepareError> {
    types(module, scan, appended)?;
    imports(module, scan, appended)?;
    let tables = host_table(module, scan, appended)?;
    let first_global = globals(module, scan, appended)?;
    exports(module, scan, appended, first_global, tables)?;
    scan.layout.names = appended.names;
    Ok(())
}

/// What is left of a count when the appended ones are taken away.
fn own(count: u32, appended: u32, at: usize) -> Result<u32, PrepareError> {
    count.checked_sub(appended).ok_or_else(|| disagree(at))
}

#[cold]
pub(super) fn disagree(at: usize) -> PrepareError {
    PrepareError::invalid(at, "prepared module does not agree with what it stores")
}

fn types(module: &[u8], scan: &mut Scan, appended: &Appended<'_>) -> Result<(), PrepareError> {
    let own = own(scan.sizes.types, appended.host.types(), appended.at)?;
    let mut reader = scan.layout.sections.reader(module, TYPE);
    for index in 0..reader.var_u32()? {
        let start = reader.position();
        start::function_type(&mut reader)?;
        let Some(nth) = index.checked_sub(own) else { continue };
        let encoded = module.get(start..reader.position()).unwrap_or_default();
        if !appended.host.is_type(nth, encoded)? {
            return Err(disagree(start));
        }
    }
    scan.sizes.types = own;
    Ok(())
}

/// Checks the table of helpers, and returns the number of tables without it.
fn host_table(
    module: &[u8],
    scan: &mut Scan,
    appended: &Appended<'_>,
) -> Result<u32, PrepareError> {
    let Appended { at, host, tables, .. } = *appended;
    if host.is_empty() {
        return Ok(0);
    }
    let slots = u64::from(host.slots());
    let mut is_last = false;
    scan.layout.sections.reader(module, TABLE).items(|reader| {
        let Table { ty, init } = items::table(reader)?;
        is_last = ty.element_type == RefType::FUNCREF
            && (ty.initial, ty.maximum) == (slots, Some(slots))
            && !(ty.table64 || ty.shared)
            && init.is_none();
        Ok(())
    })?;
    if !is_last {
        return Err(disagree(at));
    }
    scan.sizes.tables = own(scan.sizes.tables, 1, at)?;
    scan.sizes.table_elements = scan.sizes.table_elements.saturating_sub(slots);
    Ok(u32::try_from(tables.len()).unwrap_or(u32::MAX).saturating_sub(1))
}

/// Refuses code that the interpreter translates wrongly: the pass would have mended it. Returns what
/// else there is in any body.
pub(super) fn is_mended(
    module: &[u8],
    sections: &Sections,
    memories: &[MemoryDecl],
    host_table: Option<u32>,
) -> Result<Signs, PrepareError> {
    let prepared = Some(mend::PreparedFacts { host_table });
    let mut facts = Facts::of(module, sections, memories, prepared)?;
    let (mut found, mut signs) = (Vec::new(), Signs::default());
    let mut functions = sections.reader(module, FUNCTION);
    functions.var_u32()?;
    let mut bodies = sections.reader(module, CODE);
    for _ in 0..bodies.var_u32()? {
        let function = mend::Function { ty: functions.var_u32()?, body: bodies.sized()? };
        signs = signs.or(mend::find(&mut facts, function, &mut found)?);
        if let Some(place) = found.first() {
            return Err(place.unmended());
        }
    }
    Ok(signs)
}

/// Refuses `table.grow` in the code: with threads it may run out of fuel where the interpreter can't
/// go on.
pub(super) fn grows_no_table(module: &[u8], sections: &Sections) -> Result<(), PrepareError> {
    let mut bodies = sections.reader(module, CODE);
    for _ in 0..bodies.var_u32()? {
        let mut operators = Reader::new(module, bodies.sized()?).body()?;
        while !operators.is_empty() {
            let at = operators.position();
            if let Operator::TableGrow { .. } = operators.operator()? {
                return Err(PrepareError::invalid(
                    at,
                    "table.grow in a module prepared for threads",
                ));
            }
        }
    }
    Ok(())
}

/// Refuses operations that may take long in the code: they are the host's, where guests can be stopped.
pub(super) fn takes_short(module: &[u8], sections: &Sections) -> Result<(), PrepareError> {
    let mut bodies = sections.reader(module, CODE);
    for _ in 0..bodies.var_u32()? {
        let mut operators = Reader::new(module, bodies.sized()?).body()?;
        while !operators.is_empty() {
            let at = operators.position();
            if let Operator::MemoryGrow { .. }
            | Operator::MemoryFill { .. }
            | Operator::MemoryCopy { .. }
            | Operator::TableGrow { .. } = operators.operator()?
            {
                return Err(PrepareError::invalid(
                    at,
                    "an operation that can't be interrupted in a module prepared for that",
                ));
            }
        }
    }
    Ok(())
}

fn imports(module: &[u8], scan: &mut Scan, appended: &Appended<'_>) -> Result<(), PrepareError> {
    let own = own(scan.sizes.imports, appended.memories, appended.at)?;
    let mut index = 0;
    let mut memory = 0;
    scan.layout.sections.reader(module, IMPORT).vector(|at, import: Import<'_>| {
        let is_memory = matches!(import.ty, TypeRef::Memory(_));
        let expected = is_memory && import.module == MODULE && import.name == &*memory_name(memory);
        if index >= own && !expected {
            return Err(disagree(at.start));
        }
        index += 1;
        memory += usize::from(is_memory);
        Ok(())
    })?;
    scan.sizes.imports = own;
    Ok(())
}

/// Returns the index of the first appended global.
fn globals(module: &[u8], scan: &mut Scan, appended: &Appended<'_>) -> Result<u32, PrepareError> {
    let count = u32::try_from(appended.computed().count()).unwrap_or(u32::MAX);
    let own = own(scan.sizes.globals, count, appended.at)?;
    let mut computed = appended.computed();
    let mut index = 0;
    let memories = &scan.memories;
    scan.layout.sections.reader(module, GLOBAL).items(|reader| {
        let at = reader.position();
        let global = items::global(reader)?.ty;
        index += 1;
        if index <= own {
            return Ok(());
        }
        let memory = computed.next().and_then(|active| lookup::at(memories, active.memory));
        let ty = if memory.is_some_and(|memory| memory.ty.is_64()) {
            ValType::I64
        } else {
            ValType::I32
        };
        if global.content_type != ty || global.mutable || global.shared {
            return Err(disagree(at));
        }
        Ok(())
    })?;
    scan.sizes.globals = own;
    scan.layout.globals -= count;
    Ok(scan.layout.globals)
}

fn exports(
    module: &[u8],
    scan: &mut Scan,
    appended: &Appended<'_>,
    first_global: u32,
    host_table: u32,
) -> Result<(), PrepareError> {
    let Appended { at, names, host, .. } = *appended;
    let computed = u32::try_from(appended.computed().count()).unwrap_or(u32::MAX);
    let tables = host.exports(&names, host_table);
    let count = u32::try_from(tables.clone().count()).unwrap_or(u32::MAX);
    let count = count.saturating_add(computed).saturating_add(u32::from(appended.start));
    let own = own(scan.sizes.exports, count, at)?;
    let mut tables = tables;
    let sections = &scan.layout.sections;
    let mut index = 0;
    let mut start = appended.start;
    let mut k = 0;
    sections.reader(module, EXPORT).vector(|at, export: Export<'_>| {
        index += 1;
        if index <= own {
            return Ok(());
        }
        let expected = if start {
            start = false;
            start::check(module, sections, export.index, at.start)?;
            export.kind == ExternalKind::Func && export.name == &*names.start()
        } else if k < computed {
            k += 1;
            export.kind == ExternalKind::Global
                && export.name == &*names.offset(k - 1)
                && export.index == first_global + (k - 1)
        } else {
            export.kind == ExternalKind::Table
                && tables
                    .next()
                    .is_some_and(|(name, table)| export.name == &*name && export.index == table)
        };
        if expected { Ok(()) } else { Err(disagree(at.start)) }
    })?;
    scan.sizes.exports = own;
    Ok(())
}
