//! The types of functions.

use super::super::{
    super::{error::PrepareError, reader::Reader},
    bytes::Bytes,
    checkpoints::Checkpoints,
    facts::Facts,
    growth::{capacity, tree},
};
use super::Outline;

/// Values for whose types the interpreter has room without a block of its own.
const INLINE: usize = 14;

impl Outline {
    pub(super) fn types(
        &mut self,
        facts: &mut Facts<'_>,
        mut reader: Reader<'_>,
    ) -> Result<(), PrepareError> {
        let declared = reader.var_u32()?;
        facts.types = Checkpoints::new(declared);
        let (mut values, mut large, mut most) = (Bytes::default(), Bytes::default(), 0);
        let mut at = reader.position();
        for _ in 0..declared {
            let Some((signature, next)) = facts.push_type(at) else { break };
            at = next;
            let count = signature.parameters.len() + signature.results.len();
            values = values.and(Bytes::array(count, 4));
            most = most.max(count);
            if count > INLINE {
                large = large.and(Bytes::block((8 + count + 3) & !3));
            }
            self.types += 1;
        }
        let count = self.types;
        if count == 0 {
            return Ok(());
        }
        // The validator's lists of types and of what it has seen.
        self.sum.add(Bytes::array(count.max(4), 4));
        for size in [32, 4, 8, 8, 8] {
            self.sum.pushed(count, size);
        }
        self.sum.add(tree(count, 96));
        self.sum.add(values);
        // A type is read to a list, which becomes a box; the validator then looks at both.
        let read = Bytes::array(capacity(most, 4), 4).and(Bytes::array(most, 4));
        self.sum.moment(read.and(Bytes::array(most, 4)));
        self.registered();
        self.keep(Bytes::array(count, 8));
        self.keep(large);
        self.sum.moment(read.and(Bytes::block(16)));
        Ok(())
    }
}
