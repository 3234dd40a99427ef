//! What happens when the sections before the code have been read.

use super::super::bytes::Bytes;
use super::{EXPRESSION, FUNCTION_TYPE, GLOBAL_TYPE, MEMORY_TYPE, Outline, TABLE_TYPE};

/// Bytes of an import.
const IMPORT: usize = 20;
/// Bytes of the interpreter's header of the module.
const HEADER: usize = 144;

impl Outline {
    pub(super) fn finish(&mut self) {
        let all = self.all();
        // Vectors become boxes, one after the other.
        let boxes = [
            (all.functions, FUNCTION_TYPE),
            (all.tables, TABLE_TYPE),
            (all.memories, MEMORY_TYPE),
            (all.globals, GLOBAL_TYPE),
            (self.defined.globals, EXPRESSION),
            (self.imports, IMPORT),
        ];
        let (mut most, mut kept) = (Bytes::default(), Bytes::block(HEADER));
        for (count, size) in boxes {
            let one = Bytes::array(count, size);
            most = most.or(one);
            kept = kept.and(one);
        }
        self.sum.moment(most);
        self.sum.add(kept.without(self.builder));
        // What they leave may be holes that are too small for anything.
        let left = self.builder.without(kept);
        self.sum.free(Bytes { placed: 0, ..left });
        self.module = self.module.and(kept);
    }
}
