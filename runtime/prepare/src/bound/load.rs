//! Adding up what loading takes.

use super::super::prepared::Prepared;
use super::{
    Bound, Loading,
    bytes::Bytes,
    code::Functions,
    growth::capacity,
    loaded::Rest,
    outline::{Outline, prepared},
    validation::validation,
};

/// Bytes of the interpreter's module, of a data segment in it, and of what is shared of one.
const MODULE: usize = 60;
const SEGMENT: usize = 24;
const SHARED: usize = 8;
/// Bytes of the runtime's module, and for each data segment, each import and each helper.
const INNER: usize = Bound::MODULE;
const DATA_SEGMENT: usize = 32;
const ORDER: usize = 4;
const HELPER: usize = 8;
/// And for looking at the imports once more, their order apart.
const LOOKING: usize = 80;
/// And for each memory.
const MEMORY: usize = 48;
/// And for each export where they are not sorted by name, and beside it while they are sorted.
const EXPORT: usize = 4;
const SORTED: usize = 8;

impl Prepared<'_> {
    pub(super) fn load(
        &self,
        loading: Loading,
        outline: &Outline,
        functions: &Functions,
        data: usize,
    ) -> Rest {
        let mut load = functions.progress.sum;
        let segments = match data {
            0 => Bytes::default(),
            _ => Bytes::array(data.max(4), SEGMENT).and(Bytes::blocks(data, SHARED)),
        };
        load.add(segments);
        load.add(Bytes::block(MODULE));
        let mut kept = outline.module.and(functions.kept).and(segments).and(Bytes::block(MODULE));
        load.kept = kept.and(functions.progress.buffers.whole());
        if loading.translates {
            if outline.defined.functions > 0 {
                load.moment(released());
            }
        } else {
            kept = load.kept;
        }
        // A module of several memories keeps its exports, to tell which of those they are.
        let exports = self.export_section().filter(|_| self.memories.len() > 1);
        let parts = [
            Bytes::array(self.data.len(), DATA_SEGMENT),
            Bytes::array(self.memories.len(), MEMORY),
            Bytes::array(capacity(outline.imports, ORDER), ORDER),
            Bytes::array(outline.unsorted_exports, EXPORT),
            Bytes::array(self.helpers.len(), HELPER),
            Bytes::block(exports.map_or(0, <[u8]>::len)),
            Bytes::block(self.name().map_or(0, str::len)),
        ];
        // Before the interpreter is given anything.
        let validation = validation(outline, &functions.progress.most);
        load.peak = load.peak.or(prepared().and(validation));
        load.kept = kept;
        load.moment(Bytes::array(outline.unsorted_exports, SORTED + EXPORT));
        for part in parts {
            kept = kept.and(part);
        }
        // What the pass has made is there until all but the last block is.
        load.peak = load.peak.or(prepared().and(kept).and(Bytes::block(LOOKING)));
        kept = kept.and(Bytes::block(INNER));
        load.peak = load.peak.or(kept);
        Rest { peak: load.peak, kept: kept.asked, holes: functions.progress.holes }
    }
}

/// What giving back the translator's buffers takes in the end: a module whose function can't be read.
fn released() -> Bytes {
    Bytes { asked: 780, placed: 880, largest: 228 }
}
