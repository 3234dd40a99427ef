//! The order of a module's exports. The interpreter sorts them by name.

use super::bytes::exactly;
use crate::error::Error;
use alloc::{boxed::Box, vec::Vec};
use vellum_prepare::Prepared;
use wasmparser::{BinaryReader, ExportSectionReader};

/// For each export of the module's own, in the order of its bytes, where the interpreter has it among
/// those. Nothing if they are sorted by name in the bytes, too.
#[derive(Debug)]
pub(super) struct ExportOrder(Box<[u32]>);

impl ExportOrder {
    /// The order of the exports of a module that the interpreter has validated.
    pub(super) fn of(module: &wasmi::Module, prepared: &Prepared<'_>) -> Result<Self, Error> {
        let (mut last, mut count, mut is_sorted) = ("", 0, true);
        each(prepared, &mut |name| {
            is_sorted &= last <= name;
            (last, count) = (name, count + 1);
        });
        if is_sorted {
            return Ok(Self(Box::default()));
        }
        let mut sorted = exactly(count)?;
        for export in module.exports() {
            if !prepared.names.contains(export.name()) && sorted.len() < count {
                sorted.push(export.name());
            }
        }
        let mut order = exactly(count)?;
        each(prepared, &mut |name| {
            let position = sorted.binary_search(&name).unwrap_or_default();
            order.push(u32::try_from(position).unwrap_or_default());
        });
        Ok(Self(order.into_boxed_slice()))
    }

    /// Sorts the module's own, which the interpreter has in the order of their names.
    pub(super) fn sort<T>(&self, exports: Vec<T>) -> Vec<T> {
        if self.0.is_empty() {
            return exports;
        }
        let mut exports: Vec<_> = exports.into_iter().map(Some).collect();
        self.0.iter().filter_map(|&position| exports.get_mut(position as usize)?.take()).collect()
    }
}

/// Tells the name of each of the module's own exports.
fn each<'m>(prepared: &'m Prepared<'_>, tell: &mut dyn FnMut(&'m str)) {
    let Some(section) = prepared.export_section() else { return };
    let Ok(exports) = ExportSectionReader::new(BinaryReader::new(section, 0)) else { return };
    for export in exports.into_iter().map_while(Result::ok) {
        if !prepared.names.contains(export.name) {
            tell(export.name);
        }
    }
}
