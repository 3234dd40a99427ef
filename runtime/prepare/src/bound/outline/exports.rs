//! Exports.

use super::super::{
    super::{error::PrepareError, reader::Reader},
    bytes::Bytes,
    growth::{capacity, full_tree},
};
use super::Outline;
use wasmparser::Export;

/// Bytes of an export while exports are sorted, and of a node of the tree of those.
const ENTRY: usize = 16;
const NODE: usize = 184;
/// A hole in the heap that larger blocks than that find use for.
const HOLE: usize = 144;
/// So many are sorted without a block of the heap.
const SMALL: usize = 256;

impl Outline {
    pub(super) fn exports<'m>(&mut self, reader: Reader<'m>) -> Result<(), PrepareError> {
        let (mut last, mut sorted) = ("", true);
        let read = reader.vector(|_, export: Export<'m>| {
            sorted &= last <= export.name;
            last = export.name;
            self.export_names = self.export_names.and(Bytes::block(export.name.len()));
            self.exports += 1;
            Ok(())
        });
        let (count, names) = (self.exports, self.export_names);
        self.unsorted_exports = if sorted { 0 } else { count };
        if count > 0 {
            // A list, which is sorted, and the tree.
            let room = capacity(count, ENTRY);
            let list = Bytes::array(room, ENTRY);
            self.keep(names);
            self.sum.moment(list.and(Bytes::array(room / 2, ENTRY)));
            if count > SMALL {
                // The block that the list had before is too small for what sorting takes: it is a
                // hole, as far as the names behind do not fill it.
                let hole = Bytes { asked: 0, ..Bytes::array(room - count, ENTRY) };
                self.sum.moment(list.and(Bytes::array(count, ENTRY)).and(hole));
            }
            let tree = full_tree(count, NODE);
            self.sum.moment(list.and(tree));
            // The block of the list lies before the tree, and what comes next may not fit.
            let hole = list.placed.min(HOLE);
            self.sum.add(Bytes { asked: 0, placed: hole, largest: 0 });
            self.keep(tree);
        }
        read.map(drop)
    }
}
