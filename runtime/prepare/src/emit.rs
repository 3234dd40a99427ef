//! The second walk over a module: what the interpreter compiles.

use super::{
    data::segments,
    error::PrepareError,
    layout::Layout,
    memories::MemoryDecl,
    names::{MODULE, memory_name},
    opcode,
    output::Output,
    reader::Reader,
    section::{
        CODE, CUSTOM, DATA, DATA_COUNT, EXPORT, GLOBAL, IMPORT, MEMORY, ORDER, PREAMBLE, START,
        TABLE, TYPE,
    },
    stored,
};
use alloc::vec::Vec;
use core::ops::Range;
use wasmparser::{Import, MemoryType, TypeRef};

/// The bit of a memory type's first byte that says it is shared.
const SHARED: u8 = 0b10;

const FUNCTION_KIND: u8 = 0;
const TABLE_KIND: u8 = 1;
const MEMORY_KIND: u8 = 2;
const GLOBAL_KIND: u8 = 3;

/// Emits the prepared form of a module.
#[derive(Clone, Copy)]
pub(super) struct Emitter<'a> {
    pub(super) module: &'a [u8],
    pub(super) layout: &'a Layout,
    pub(super) memories: &'a [MemoryDecl],
    /// Whether to append what the code no longer shows, for a module prepared ahead of time.
    pub(super) store: bool,
}

impl<'a> Emitter<'a> {
    /// The prepared module, in an allocation of exactly its size.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, PrepareError> {
        let mut count = Output::count(self.module);
        self.emit(&mut count)?;
        let mut output = Output::bytes(self.module, count.length())?;
        self.emit(&mut output)?;
        Ok(output.into_bytes())
    }

    /// The byte of the module that a byte of the prepared module stands for.
    pub(super) fn origin(&self, of: usize) -> Option<usize> {
        let mut output = Output::origin(self.module, of);
        self.emit(&mut output).ok()?;
        output.found()
    }

    fn emit(&self, out: &mut Output<'a>) -> Result<(), PrepareError> {
        let layout = self.layout;
        let computed = layout.computed_offsets > 0;
        let calls_host = !layout.lowering.host.is_empty();
        out.copy(0..PREAMBLE);
        for id in ORDER {
            match id {
                IMPORT if layout.defined_memories > 0 || layout.imports_shared => {
                    self.section(out, IMPORT, Self::imports)?;
                }
                GLOBAL if computed => self.section(out, GLOBAL, Self::globals)?,
                EXPORT if computed || calls_host || layout.start.is_some() => {
                    self.section(out, EXPORT, Self::exports)?;
                }
                TYPE if calls_host => self.section(out, TYPE, Self::types)?,
                TABLE if calls_host => self.section(out, TABLE, Self::tables)?,
                CODE if layout.lowering.changes() => self.section(out, CODE, Self::code)?,
                DATA | DATA_COUNT if layout.has_data => {}
                MEMORY | START => {}
                _ => {
                    if let Some(section) = layout.sections.get(id) {
                        out.copy(section.whole());
                    }
                }
            }
        }
        if self.store {
            self.section(out, CUSTOM, Self::stored)?;
        }
        Ok(())
    }

    /// Emits a section whose contents `write` emits, counting them first.
    fn section(
        &self,
        out: &mut Output<'a>,
        id: u8,
        write: fn(&Self, &mut Output<'a>) -> Result<(), PrepareError>,
    ) -> Result<(), PrepareError> {
        let mut contents = Output::count(self.module);
        write(self, &mut contents)?;
        let origin = self.start_of(id);
        out.put(&[id], origin);
        out.leb(contents.length() as u64, origin);
        write(self, out)
    }

    /// Where a section is in the input, or else the section that made it necessary.
    fn start_of(&self, id: u8) -> usize {
        let sections = &self.layout.sections;
        let cause = match id {
            IMPORT => MEMORY,
            EXPORT if self.layout.start.is_some() => START,
            TYPE | TABLE => CODE,
            EXPORT if self.layout.computed_offsets == 0 => CODE,
            _ => DATA,
        };
        let section = sections.get(id).or_else(|| sections.get(cause));
        section.map_or(self.module.len(), |section| section.start)
    }

    /// The length of a section's vector and where its items are.
    fn items(&self, id: u8) -> Result<(u64, Range<usize>), PrepareError> {
        let Some(section) = self.layout.sections.get(id) else { return Ok((0, 0..0)) };
        let mut reader = Reader::new(self.module, section.content());
        let count = reader.var_u32()?;
        Ok((count.into(), reader.position()..section.content().end))
    }

    fn imports(&self, out: &mut Output<'a>) -> Result<(), PrepareError> {
        let Self { module, layout, .. } = *self;
        let (count, _) = self.items(IMPORT)?;
        out.leb(count + u64::from(layout.defined_memories), self.start_of(IMPORT));
        let mut memories = self.memories.iter();
        layout.sections.reader(module, IMPORT).vector(|at, import: Import<'_>| {
            match import.ty {
                TypeRef::Memory(_) => {
                    let locked = memories.next().is_some_and(MemoryDecl::is_locked);
                    let mut reader = Reader::new(module, at.clone());
                    reader.item::<&str>()?;
                    reader.item::<&str>()?;
                    reader.byte()?;
                    out.copy(at.start..reader.position());
                    let ty = reader.position()..at.end;
                    if locked { locked_type(module, out, ty) } else { memory_type(module, out, ty) }
                }
                _ => {
                    out.copy(at);
                    Ok(())
                }
            }
        })?;
        let mut index = self.memories.iter().filter(|memory| memory.imported).count();
        layout.sections.reader(module, MEMORY).vector(|at, _: MemoryType| {
            out.sized(MODULE.as_bytes(), at.start);
            out.sized(memory_name(index).as_bytes(), at.start);
            out.put(&[MEMORY_KIND], at.start);
            index += 1;
            memory_type(module, out, at)
        })?;
        Ok(())
    }

    fn globals(&self, out: &mut Output<'a>) -> Result<(), PrepareError> {
        const IMMUTABLE: u8 = 0;
        let Self { module, layout, memories, .. } = *self;
        let (count, items) = self.items(GLOBAL)?;
        out.leb(count + u64::from(layout.computed_offsets), self.start_of(GLOBAL));
        out.copy(items);
        let reader = layout.sections.reader(module, DATA);
        segments(module, reader, memories, |segment| {
            if let Some(active) = segment.active
                && active.constant.is_none()
            {
                let ty = if active.is_64 { opcode::I64 } else { opcode::I32 };
                out.put(&[ty, IMMUTABLE], active.expression.start);
                out.copy(active.expression);
            }
            Ok(())
        })?;
        Ok(())
    }

    fn types(&self, out: &mut Output<'a>) -> Result<(), PrepareError> {
        let host = &self.layout.lowering.host;
        let (count, items) = self.items(TYPE)?;
        out.leb(count + u64::from(host.types()), self.start_of(TYPE));
        out.copy(items);
        host.write_types(out, self.start_of(CODE));
        Ok(())
    }

    fn tables(&self, out: &mut Output<'a>) -> Result<(), PrepareError> {
        let (count, items) = self.items(TABLE)?;
        out.leb(count + 1, self.start_of(TABLE));
        out.copy(items);
        self.layout.lowering.host.write_table(out, self.start_of(CODE));
        Ok(())
    }

    fn code(&self, out: &mut Output<'a>) -> Result<(), PrepareError> {
        let Layout { sections, lowering, .. } = self.layout;
        lowering.write(self.module, sections, self.memories, out)
    }

    fn exports(&self, out: &mut Output<'a>) -> Result<(), PrepareError> {
        let layout = self.layout;
        let host = &layout.lowering.host;
        let (count, items) = self.items(EXPORT)?;
        let tables = host.exports(&layout.names, host.index).count() as u64;
        let own = count + u64::from(layout.start.is_some());
        out.leb(own + u64::from(layout.computed_offsets) + tables, self.start_of(EXPORT));
        out.copy(items);
        if let Some(function) = layout.start {
            let origin = layout.sections.get(START).map_or(0, |start| start.content().start);
            out.sized(layout.names.start().as_bytes(), origin);
            out.put(&[FUNCTION_KIND], origin);
            out.leb(function, origin);
        }
        let origin = self.start_of(DATA);
        for k in 0..layout.computed_offsets {
            out.sized(layout.names.offset(k).as_bytes(), origin);
            out.put(&[GLOBAL_KIND], origin);
            out.leb(u64::from(layout.globals) + u64::from(k), origin);
        }
        let origin = self.start_of(CODE);
        for (name, table) in host.exports(&layout.names, host.index) {
            out.sized(name.as_bytes(), origin);
            out.put(&[TABLE_KIND], origin);
            out.leb(table, origin);
        }
        Ok(())
    }

    fn stored(&self, out: &mut Output<'a>) -> Result<(), PrepareError> {
        stored::write(self.module, self.layout, self.memories, out);
        Ok(())
    }
}

/// Copies the type of a locked memory, of which the interpreter has no page, and which is not
/// shared.
fn locked_type(module: &[u8], out: &mut Output<'_>, at: Range<usize>) -> Result<(), PrepareError> {
    let mut reader = Reader::new(module, at.clone());
    let flags = reader.byte()?;
    reader.var_u64()?;
    out.put(&[flags & !SHARED, 0], at.start);
    out.copy(reader.position()..at.end);
    Ok(())
}

/// Copies a memory type, except that it is not shared.
fn memory_type(module: &[u8], out: &mut Output<'_>, at: Range<usize>) -> Result<(), PrepareError> {
    let flags = Reader::new(module, at.clone()).byte()?;
    out.put(&[flags & !SHARED], at.start);
    out.copy(at.start + 1..at.end);
    Ok(())
}
