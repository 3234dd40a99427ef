//! Adding up what the code of a module takes.

use super::super::section::{CODE, Sections};
use super::super::{error::PrepareError, reader::Reader};
use super::{
    body::Body,
    facts::Facts,
    growth::capacity,
    locals::PerLocal,
    sum::Sum,
    walk::{self, Room},
};

/// The functions of a module.
#[derive(Debug, Default)]
pub(super) struct Functions {
    pub(super) largest: Body,
    /// Bytes of the interpreter's code.
    pub(super) code: usize,
    pub(super) count: usize,
    per_local: PerLocal,
}

impl Functions {
    /// Measures all functions. Of an invalid module those are measured that come before the fault.
    pub(super) fn measure(
        facts: &mut Facts<'_>,
        sections: &Sections,
        fuel: bool,
    ) -> Result<Self, PrepareError> {
        let reader = sections.reader(facts.module, CODE);
        let mut room = Room::new(largest_body(reader.clone()).unwrap_or(0))?;
        let mut functions = Self::default();
        // Who compiles the module finds the fault.
        let _ = functions.read(facts, &mut room, reader, fuel);
        functions.per_local = room.per_local;
        Ok(functions)
    }

    fn read(
        &mut self,
        facts: &mut Facts<'_>,
        room: &mut Room,
        mut reader: Reader<'_>,
        fuel: bool,
    ) -> Result<(), PrepareError> {
        for nth in 0..reader.var_u32()? {
            let bytes = reader.sized()?;
            let ty = facts.defined_type(nth);
            let body = walk::measure(facts, room, ty, bytes, fuel);
            self.code = self.code.saturating_add(body.code as usize);
            self.largest = self.largest.or(body);
            self.count += 1;
        }
        Ok(())
    }
}

fn largest_body(mut reader: Reader<'_>) -> Result<usize, PrepareError> {
    let mut largest = 0;
    for _ in 0..reader.var_u32()? {
        largest = largest.max(reader.sized()?.len());
    }
    Ok(largest)
}

impl Functions {
    /// Bytes of the buffers of the translator and the validator, and of the largest part of one that
    /// is there twice while it grows.
    pub(super) fn buffers(&self) -> Sum {
        let largest = &self.largest;
        let count = |count: u32| count as usize;
        let vectors = [
            // The translator's: code, operands, blocks, labels, users, targets, local variables and
            // what is kept of `if` blocks.
            (count(largest.code), 1),
            (count(largest.operands), 16),
            (count(largest.blocks), 72),
            (count(largest.labels), 8),
            (count(largest.users), 12),
            (count(largest.targets), 16),
            (count(largest.locals.min(100)), 1),
            (count(largest.groups), 8),
            (count(largest.if_parameters), 16),
            (count(largest.ifs), 4),
            // The validator's: operands, blocks, local variables and what it pops.
            (count(largest.operands), 4),
            (count(largest.blocks), 20),
            (count(largest.locals.min(50)), 4),
            (count(largest.groups), 8),
            (count(largest.popped), 4),
        ];
        let mut sum = Sum::default();
        let mut moment = 0;
        for (count, size) in vectors {
            let bytes = capacity(count, size).saturating_mul(size);
            sum.add(bytes);
            moment = moment.max(bytes / 2);
        }
        /// Bytes for each local variable, in three vectors that do not all grow alike.
        const LOCAL: usize = 4 + 2 + 1 + 2;
        const LARGEST: usize = 4;
        let PerLocal { capacity, before } = self.per_local;
        sum.items(capacity as usize, LOCAL);
        moment = moment.max((before as usize).saturating_mul(LARGEST));
        sum.moment(moment);
        sum
    }
}
