//! The types of functions.

use super::super::{
    super::{error::PrepareError, reader::Reader},
    bytes::Bytes,
    checkpoints::Checkpoints,
    facts::Facts,
    growth::capacity,
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
        let (mut large, mut most) = (Bytes::default(), 0);
        let mut at = reader.position();
        for _ in 0..declared {
            let Some((signature, next)) = facts.push_type(at) else { break };
            at = next;
            let count = signature.parameters.len() + signature.results.len();
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
        // A type is read to a list, which becomes a box.
        let read = Bytes::array(capacity(most, 4), 4).and(Bytes::array(most, 4));
        self.sum.moment(read);
        self.registered();
        self.keep(Bytes::array(count, 8));
        self.keep(large);
        self.sum.moment(read.and(Bytes::block(16)));
        Ok(())
    }
}
