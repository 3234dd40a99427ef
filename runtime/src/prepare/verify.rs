//! Checking that the code of a module prepared ahead of time has the form that the pass gives it.

use super::{
    DataSegment, Names, Offset, PrepareError,
    emit::{MODULE, memory_name},
    scan::Scan,
    section::{EXPORT, GLOBAL, IMPORT},
    start,
};
use wasmparser::{Export, ExternalKind, Global, Import, TypeRef, ValType};

/// What the pass says that it appended to a module.
pub(super) struct Appended<'a> {
    /// The byte of the module where it says so.
    pub(super) at: usize,
    pub(super) names: Names,
    pub(super) start: bool,
    /// The number of memories.
    pub(super) memories: u32,
    pub(super) data: &'a [DataSegment],
}

/// Checks that the last imports, globals and exports of the module are the appended ones, and
/// takes them out of the scan.
pub(super) fn appended(
    module: &[u8],
    scan: &mut Scan,
    appended: &Appended<'_>,
) -> Result<(), PrepareError> {
    imports(module, scan, appended)?;
    let first_global = globals(module, scan, appended)?;
    exports(module, scan, appended, first_global)?;
    scan.layout.names = appended.names;
    Ok(())
}

/// What is left of a count when the appended ones are taken away.
fn own(count: u32, appended: u32, at: usize) -> Result<u32, PrepareError> {
    count.checked_sub(appended).ok_or_else(|| disagree(at))
}

#[cold]
fn disagree(at: usize) -> PrepareError {
    PrepareError::invalid(at, "prepared module does not agree with what it stores")
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
    let computed = || appended.data.iter().filter(|data| matches!(data.offset, Offset::Global(_)));
    let count = u32::try_from(computed().count()).unwrap_or(u32::MAX);
    let own = own(scan.sizes.globals, count, appended.at)?;
    let mut computed = computed();
    let mut index = 0;
    let memories = &scan.memories;
    scan.layout.sections.reader(module, GLOBAL).vector(|at, global: Global<'_>| {
        index += 1;
        if index <= own {
            return Ok(());
        }
        let memory =
            computed.next().and_then(|data| memories.get(usize::try_from(data.memory).ok()?));
        let ty = if memory.is_some_and(|memory| memory.ty.is_64()) {
            ValType::I64
        } else {
            ValType::I32
        };
        if global.ty.content_type != ty || global.ty.mutable || global.ty.shared {
            return Err(disagree(at.start));
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
) -> Result<(), PrepareError> {
    let computed = appended.data.iter().filter(|data| matches!(data.offset, Offset::Global(_)));
    let count = u32::try_from(computed.count()).unwrap_or(u32::MAX);
    let own =
        own(scan.sizes.exports, count.saturating_add(u32::from(appended.start)), appended.at)?;
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
            export.kind == ExternalKind::Func && export.name == &*appended.names.start()
        } else {
            k += 1;
            export.kind == ExternalKind::Global
                && export.name == &*appended.names.offset(k - 1)
                && export.index == first_global + (k - 1)
        };
        if expected { Ok(()) } else { Err(disagree(at.start)) }
    })?;
    scan.sizes.exports = own;
    Ok(())
}
