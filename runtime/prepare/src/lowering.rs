//! Which function bodies have to change, and what the changed ones need.

use super::{
    body::{ChangedBody, Changes, Needs},
    change::Change,
    error::PrepareError,
    find::Finder,
    host_table::HostTable,
    lookup::at,
    memories::{MemoryDecl, push},
    mend::{self, Facts, MendSite},
    output::Output,
    scratch::Scratch,
    section::{CODE, FUNCTION, Sections},
    start::parameters,
    tables::{TableDecl, tables},
};
use crate::interruption_feature::Interruptible;
use crate::threads_feature::Threads;
use alloc::vec::Vec;
use core::ops::Range;

/// What there is to change in the function bodies of a module.
#[derive(Debug, Clone, Default)]
pub(super) struct Lowering {
    /// Whether atomic instructions are lowered.
    threads: Option<Threads>,
    /// Whether operations that may take long are the host's.
    interruption: Option<Interruptible>,
    tables: Vec<TableDecl>,
    /// The number of data segments, if the module says it ahead of its code.
    segments: Option<u32>,
    pub(super) host: HostTable,
    /// The bodies to change, in order.
    bodies: Vec<ChangedBody>,
    /// The places to mend in them, in order.
    places: Vec<MendSite>,
    /// Whether instructions stay as they are that would not with threads.
    ignores_threads: bool,
}

impl Lowering {
    /// Looks for instructions to change in a module with these sections, memories and types, and so
    /// many data segments, if it says that ahead of its code.
    pub(super) fn survey(
        module: &[u8],
        sections: &Sections,
        memories: &[MemoryDecl],
        types: u32,
        segments: Option<u32>,
        (threads, interruption): (Option<Threads>, Option<Interruptible>),
    ) -> Result<Self, PrepareError> {
        let tables = tables(module, sections)?;
        let index = u32::try_from(tables.len()).unwrap_or(u32::MAX);
        let lowering = Self { threads, interruption, tables, segments, ..Self::default() };
        let finder = lowering.finder(module, memories);
        let mut host = HostTable::new(types, index);
        let mut facts = Facts::of(module, sections, memories, None)?;
        let mut bodies = Vec::new();
        let mut places = Vec::new();
        let mut ignores_threads = false;
        let mut parameters_by_type = Vec::new();
        let mut functions = sections.reader(module, FUNCTION);
        functions.var_u32()?;
        let mut reader = sections.reader(module, CODE);
        for index in 0..reader.var_u32()? {
            let offset = functions.position();
            let ty = functions.var_u32()?;
            let body = reader.sized()?;
            let mended = places.len();
            let function = mend::Function { ty, body: body.clone() };
            let signs = mend::find(&mut facts, function, &mut places)?;
            let mut needs = Needs { scratch: Scratch::default(), lowered: false, places: 0..0 };
            if finder.may_change(signs) {
                find_needs(&finder, body.clone(), &mut needs, &mut host, &mut ignores_threads)?;
            }
            needs.places = mended..places.len();
            if !needs.lowered && needs.places.is_empty() {
                continue;
            }
            for place in places.get(mended..).unwrap_or_default() {
                needs.scratch = needs.scratch.max(place.scratch(module)?);
            }
            if parameters_by_type.is_empty() {
                parameters_by_type = parameters(module, sections)?;
            }
            let Some(&parameters) = at(&parameters_by_type, ty) else {
                let message = "unknown type: type index out of bounds";
                return Err(PrepareError::invalid(offset, message));
            };
            let changes = Changes { finder: &finder, host: &host, places: &places };
            let changed = ChangedBody::measure(index, parameters, needs, body, changes)?;
            push(&mut bodies, changed)?;
        }
        Ok(Self { host, bodies, places, ignores_threads, ..lowering })
    }

    /// Whether the code is the same as with threads.
    pub(super) fn fits_threads(&self) -> bool {
        !self.ignores_threads
    }

    /// Whether operations that may take long are the host's.
    pub(super) fn is_interruptible(&self) -> bool {
        self.interruption.is_some()
    }

    /// Whether there is anything to change.
    pub(super) fn changes(&self) -> bool {
        !self.bodies.is_empty()
    }

    fn finder<'a>(&'a self, module: &'a [u8], memories: &'a [MemoryDecl]) -> Finder<'a> {
        let Self { threads, interruption, tables, segments, .. } = self;
        let (threads, interruption, segments) = (*threads, *interruption, *segments);
        Finder { module, threads, interruption, memories, tables, segments }
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
        let changes = Changes { finder: &finder, host: &self.host, places: &self.places };
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
                changed.write(body, changes, out)?;
            }
        }
        out.copy(copied..reader.position());
        Ok(())
    }
}

/// What the instructions of a body that are replaced need. The helpers get their slots.
fn find_needs(
    finder: &Finder<'_>,
    body: Range<usize>,
    needs: &mut Needs,
    host: &mut HostTable,
    ignores_threads: &mut bool,
) -> Result<(), PrepareError> {
    finder.changes(body, u32::MAX, |_, change| {
        if matches!(change, Change::NeedsThreads) {
            *ignores_threads = true;
            return Ok(());
        }
        needs.lowered = true;
        needs.scratch = change.scratch().max(needs.scratch);
        change.helper().map_or(Ok(()), |helper| host.add(helper))
    })
}
