//! Which function bodies are to be changed, and what the changed ones need.

use super::{
    MemoryDecl, Options, PrepareError,
    body::ChangedBody,
    change::Change,
    find::Finder,
    host_table::HostTable,
    memories::push,
    output::Output,
    scan::{Layout, Scan},
    scratch::Scratch,
    section::{CODE, DATA_COUNT, FUNCTION, Sections},
    start::parameters,
    tables::{TableDecl, tables},
};
use crate::presence::Threads;
use alloc::vec::Vec;
use core::ops::Range;

/// What there is to change in the function bodies of a module.
#[derive(Debug, Clone, Default)]
pub(super) struct Lowering {
    /// Whether atomic instructions are lowered.
    threads: Option<Threads>,
    tables: Vec<TableDecl>,
    /// The number of data segments, if the module says it ahead of its code.
    segments: Option<u32>,
    pub(super) host: HostTable,
    /// The bodies to change, in order.
    bodies: Vec<ChangedBody>,
    /// Whether instructions stay as they are that would not with threads.
    ignores_threads: bool,
}

impl Lowering {
    /// Looks for instructions to change in a module that has been scanned.
    pub(super) fn survey(
        module: &[u8],
        scan: &Scan,
        options: &Options,
    ) -> Result<Self, PrepareError> {
        let Scan { layout: Layout { sections, types, .. }, memories, sizes } = scan;
        let tables = tables(module, sections)?;
        let index = u32::try_from(tables.len()).unwrap_or(u32::MAX);
        let mut lowering = Self {
            threads: Threads::wanted(options.threads),
            tables,
            segments: sections.get(DATA_COUNT).map(|_| sizes.data_segments),
            host: HostTable::new(*types, index),
            bodies: Vec::new(),
            ignores_threads: false,
        };
        let mut parameters_by_type = Vec::new();
        let mut functions = sections.reader(module, FUNCTION);
        functions.var_u32()?;
        let mut reader = sections.reader(module, CODE);
        for index in 0..reader.var_u32()? {
            let at = functions.position();
            let ty = functions.var_u32()?;
            let body = reader.sized()?;
            let Some(scratch) = lowering.needs(module, memories, body.clone())? else { continue };
            if parameters_by_type.is_empty() {
                parameters_by_type = parameters(module, sections)?;
            }
            let parameters = usize::try_from(ty).ok().and_then(|ty| parameters_by_type.get(ty));
            let unknown = || PrepareError::invalid(at, "unknown type: type index out of bounds");
            let parameters = *parameters.ok_or_else(unknown)?;
            let finder = lowering.finder(module, memories);
            let changed =
                ChangedBody::measure(index, parameters, scratch, body, &finder, &lowering.host)?;
            push(&mut lowering.bodies, changed)?;
        }
        Ok(lowering)
    }

    /// Whether the code is the same as with threads.
    pub(super) fn fits_threads(&self) -> bool {
        !self.ignores_threads
    }

    /// Whether there is anything to change.
    pub(super) fn changes(&self) -> bool {
        !self.bodies.is_empty()
    }

    fn finder<'a>(&'a self, module: &'a [u8], memories: &'a [MemoryDecl]) -> Finder<'a> {
        let Self { threads, tables, segments, .. } = self;
        Finder { module, threads: *threads, memories, tables, segments: *segments }
    }

    /// How many local variables the changes to a body need; `None` if there are no changes. The
    /// helpers get their slots.
    fn needs(
        &mut self,
        module: &[u8],
        memories: &[MemoryDecl],
        body: Range<usize>,
    ) -> Result<Option<Scratch>, PrepareError> {
        let Self { threads, tables, segments, host, ignores_threads, .. } = self;
        let finder = Finder { module, threads: *threads, memories, tables, segments: *segments };
        if !finder.may_change(body.clone()) {
            return Ok(None);
        }
        let mut needs = None;
        finder.changes(body, u32::MAX, |_, change| {
            if matches!(change, Change::NeedsThreads) {
                *ignores_threads = true;
                return Ok(());
            }
            needs = Some(change.scratch().max(needs.unwrap_or_default()));
            change.helper().map_or(Ok(()), |helper| host.add(helper))
        })?;
        Ok(needs)
    }

    /// Emits the contents of the code section, changed where there is something to change.
    pub(super) fn write(
        &self,
        module: &[u8],
        sections: &Sections,
        memories: &[MemoryDecl],
        out: &mut Output<'_>,
    ) -> Result<(), PrepareError> {
        let finder = self.finder(module, memories);
        let mut reader = sections.reader(module, CODE);
        let mut copied = reader.position();
        let mut changed = self.bodies.iter().peekable();
        for index in 0..reader.var_u32()? {
            let start = reader.position();
            let body = reader.sized()?;
            let Some(changed) = changed.next_if(|changed| changed.index == index) else { continue };
            out.copy(copied..start);
            copied = body.end;
            out.leb(changed.length as u64, start);
            if !out.pass(changed.length) {
                changed.write(body, &finder, &self.host, out)?;
            }
        }
        out.copy(copied..reader.position());
        Ok(())
    }
}
