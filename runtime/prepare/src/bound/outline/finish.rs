//! What happens when the sections before the code have been read.

use super::super::bytes::Bytes;
use super::{EXPRESSION, FUNCTION_TYPE, GLOBAL_TYPE, MEMORY_TYPE, Outline, TABLE_TYPE};

/// Bytes of an import.
const IMPORT: usize = 20;
/// Bytes of the interpreter's header of the module.
const HEADER: usize = 144;

impl Outline {
    pub(super) fn finish(&mut self) {
        // The validator's lists of types are shared, and what it knows of the module copied.
        const SNAPSHOT: [usize; 5] = [4 * 16, 4 * 8, 4 * 16, 4 * 16 * 2, 160];
        self.sum.moment(Bytes::array(self.types, 52));
        for block in SNAPSHOT {
            self.sum.add(Bytes::block(block));
        }
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
        self.sum.free(self.builder.without(kept));
        self.module = self.module.and(kept);
    }
}
