//! What a guest that failed leaves: memories and globals.

use vellum::{Error, Instance, Memory, Store, Val};

use super::{checked::Checked, program::Program};
use crate::Platform;

/// Bytes that a line has.
const ROW: usize = 64;

/// Prints all memories and globals of an instance, if its module is instrumented for that. `cargo rig`
/// makes a core dump of them. Rows of zeros are left out.
pub(super) fn print<P: Platform>(
    lines: &mut Checked<'_, P>,
    store: &mut Store<Program<P>>,
    instance: Instance,
) -> Result<(), Error> {
    let mut index = 0;
    while let Some(global) = instance.debug_global(&*store, index)? {
        let (ty, bits) = match global.get(&*store)? {
            Val::I32(value) => ("i32", value.cast_unsigned().into()),
            Val::I64(value) => ("i64", value.cast_unsigned()),
            Val::F32(bits) => ("f32", bits.into()),
            Val::F64(bits) => ("f64", bits),
            _ => ("other", 0),
        };
        lines.line(format_args!("core: global {index} {ty} {bits:x}"));
        index += 1;
    }
    index = 0;
    while let Some(memory) = instance.debug_memory(&*store, index)? {
        let (pages, log2) = (memory.size(&*store)?, memory.ty(&*store)?.page_size_log2());
        lines.line(format_args!("core: memory {index} {pages} {log2}"));
        rows(lines, store, memory)?;
        index += 1;
    }
    Ok(())
}

fn rows<P: Platform>(
    lines: &mut Checked<'_, P>,
    store: &mut Store<Program<P>>,
    memory: Memory,
) -> Result<(), Error> {
    let size = memory.data_size(&*store)?;
    let mut row = [0; ROW];
    for start in (0..size).step_by(ROW) {
        let Some(row) = row.get_mut(..ROW.min(size - start)) else { continue };
        memory.read(&*store, start, row)?;
        if row.iter().any(|byte| *byte != 0) {
            lines.line(format_args!("core: {start:x} {}", Hex(row)));
        }
    }
    Ok(())
}

/// Bytes as digits.
struct Hex<'a>(&'a [u8]);

impl core::fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}
