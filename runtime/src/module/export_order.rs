//! The order of a module's exports. The interpreter sorts them by name.

use super::bytes::exactly;
use crate::error::Error;
use alloc::vec::Vec;
use vellum_prepare::Names;
use wasmparser::{BinaryReader, ExportSectionReader, Parser, Payload};

/// For each export of the module's own, in the order of its bytes, where the interpreter has it among
/// those. Nothing if they are sorted by name in the bytes, too.
#[derive(Debug)]
pub(super) struct ExportOrder(Vec<u32>);

impl ExportOrder {
    /// The order of the exports of `code`, which the interpreter has validated, without those `added`.
    pub(super) fn of(code: &[u8], added: &Names) -> Result<Self, Error> {
        let all = || section(code).into_iter().flat_map(|section| section.into_iter_with_offsets());
        let own = || all().map_while(Result::ok).filter(|(_, export)| !added.contains(export.name));
        if own().map(|(_, export)| export.name).is_sorted() {
            return Ok(Self(Vec::new()));
        }
        let name =
            |start: &u32| BinaryReader::new(code.get(*start as usize..)?, 0).read_string().ok();
        let mut order = exactly(own().count())?;
        order.extend(own().filter_map(|(start, _)| u32::try_from(start).ok()));
        let mut sorted = exactly(order.len())?;
        sorted.extend_from_slice(&order);
        sorted.sort_unstable_by_key(name);
        for place in &mut order {
            let position = sorted.binary_search_by_key(&name(place), name).unwrap_or_default();
            *place = u32::try_from(position).unwrap_or_default();
        }
        Ok(Self(order))
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

fn section(code: &[u8]) -> Option<ExportSectionReader<'_>> {
    Parser::new(0).parse_all(code).map_while(Result::ok).find_map(|payload| match payload {
        Payload::ExportSection(reader) => Some(reader),
        _ => None,
    })
}
