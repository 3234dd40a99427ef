//! The order of a module's exports. The interpreter sorts them by name.

use super::bytes::exactly;
use crate::error::Error;
use alloc::{boxed::Box, vec::Vec};
use core::iter;
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

    /// The module's own, of which `all` gives an iterator in the order of their names, as long as the
    /// module `is_known`. Where the heap has no room for a list, each is looked up.
    pub(super) fn sort<'a, I: Iterator + 'a>(
        &'a self,
        is_known: impl Fn() -> bool + 'a,
        all: impl Fn() -> I + 'a,
    ) -> impl Iterator<Item = I::Item> + 'a {
        let mut sorted = Vec::new();
        let mut unsorted = None;
        let mut order: &[u32] = &[];
        if is_known() {
            order = &self.0;
            if order.is_empty() {
                unsorted = Some(all());
            } else if sorted.try_reserve_exact(order.len()).is_ok() {
                sorted.extend(all().take(order.len()).map(Some));
            }
        }
        iter::from_fn(move || {
            if !is_known() {
                return None;
            }
            if let Some(unsorted) = &mut unsorted {
                return unsorted.next();
            }
            let position = *order.split_off_first()? as usize;
            match sorted.get_mut(position) {
                Some(export) => export.take(),
                None => all().nth(position),
            }
        })
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
