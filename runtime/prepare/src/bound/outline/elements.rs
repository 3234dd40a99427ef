//! Element segments.

use super::super::{
    super::{
        error::PrepareError,
        items::{self, Part},
        reader::Reader,
    },
    bytes::Bytes,
    growth::capacity,
};
use super::{EXPRESSION, Outline};

/// Bytes of a segment, and of an item in one that is part of an instance.
const SEGMENT: usize = 40;
const ITEM: usize = 4;

impl Outline {
    pub(super) fn elements(
        &mut self,
        module: &[u8],
        mut reader: Reader<'_>,
    ) -> Result<(), PrepareError> {
        const DECLARED: u32 = 3;
        let declared = reader.var_u32()?;
        let mut items = Bytes::default();
        for _ in 0..declared {
            let flags = reader.clone().var_u32()?;
            let mut count = 0usize;
            items::element(&mut reader, |part| {
                match part {
                    Part::Place { offset, .. } => self.expression(module, offset),
                    Part::Function(_) => count += 1,
                    Part::Expression(expression) => {
                        self.expression(module, expression);
                        count += 1;
                    }
                }
                Ok(())
            })?;
            items = items.and(Bytes::array(count, EXPRESSION));
            if flags & DECLARED != DECLARED {
                self.items = self.items.and(Bytes::array(count, ITEM));
            }
            self.segments += 1;
        }
        let count = self.segments;
        if count > 0 {
            self.keep(items);
            let room = capacity(count, SEGMENT);
            let (list, kept) = (Bytes::array(room, SEGMENT), Bytes::array(count, SEGMENT));
            self.sum.moment(list.and(Bytes::array(room / 2, SEGMENT)));
            self.sum.moment(list.and(kept));
            self.keep(kept);
        }
        Ok(())
    }
}
