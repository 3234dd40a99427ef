//! Looking at everything.

use crate::{blocks::LEAST, heap::Heap, region::GRANULE};

/// What is wrong with a heap whose blocks were written past their ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The offset of the block that is wrong.
    pub block: usize,
}

impl Heap {
    /// Goes through all blocks.
    ///
    /// # Errors
    ///
    /// The first block that does not fit what the others say.
    pub fn check(&self) -> Result<(), Fault> {
        let last = self.check_end(0, self.low)?;
        self.check_end(self.high, self.region.length())?;
        let (mut linked, mut there) = (0, 0);
        for end in [0..self.low, self.high..self.region.length()] {
            let mut block = end.start;
            while block < end.end {
                there += u32::from(!self.is_used(block));
                block += self.size(block);
            }
        }
        for (hole, size) in self.holes.iter().flat_map(|holes| holes.all(&self.region)) {
            linked += 1;
            if self.is_used(hole) || self.size(hole) != size {
                return Err(Fault { block: hole as usize });
            }
        }
        if last == self.last && linked == there { Ok(()) } else { Err(Fault { block: 0 }) }
    }

    /// Bytes of the last block from there to there.
    fn check_end(&self, from: u32, to: u32) -> Result<u32, Fault> {
        let (mut block, mut before, mut is_hole) = (from, 0, false);
        while block < to {
            let (size, used) = (self.size(block), self.is_used(block));
            let is_right = size >= LEAST
                && size.is_multiple_of(GRANULE)
                && size <= to - block
                && self.before(block) == before
                && (used || !is_hole);
            if !is_right {
                return Err(Fault { block: block as usize });
            }
            (block, before, is_hole) = (block + size, size, !used);
        }
        Ok(before)
    }
}
