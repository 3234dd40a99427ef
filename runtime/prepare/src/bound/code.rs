//! Adding up what the code of a module takes.

use super::super::section::{CODE, Sections};
use super::super::{error::PrepareError, reader::Reader, sizes::Sizes};
use super::{
    body::Body,
    bytes::Bytes,
    facts::Facts,
    locals::PerLocal,
    walk::{self, Room},
};

/// The functions of a module.
#[derive(Debug, Default)]
pub(super) struct Functions {
    pub(super) largest: Body,
    /// The interpreter's code.
    pub(super) code: Bytes,
    /// Copies of the bodies of functions that are to be translated later.
    pub(super) bodies: Bytes,
    pub(super) per_local: PerLocal,
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

    /// Measures all functions by their sizes alone.
    pub(super) fn coarse(facts: &Facts<'_>, sections: &Sections, sizes: &Sizes) -> Self {
        let mut functions = Self::default();
        let most = (facts.most_values, sizes.most_locals);
        let _ = functions.weigh(most, sections.reader(facts.module, CODE));
        functions
    }

    fn weigh(
        &mut self,
        (most_values, most_locals): (u32, u32),
        mut reader: Reader<'_>,
    ) -> Result<(), PrepareError> {
        for _ in 0..reader.var_u32()? {
            let length = reader.sized()?.len();
            self.keep_body(length);
            let (body, per_local) = Body::any(length, most_locals, most_values);
            self.code = self.code.and(Bytes::block(body.code as usize));
            self.largest = self.largest.or(body);
            self.per_local = self.per_local.or(per_local);
        }
        Ok(())
    }

    fn keep_body(&mut self, length: usize) {
        /// Bodies of so many bytes are kept in the entry of the function.
        const INLINE: usize = 22;
        if length > INLINE {
            self.bodies = self.bodies.and(Bytes::block(length));
        }
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
            self.keep_body(bytes.len());
            let ty = facts.defined_type(nth);
            let body = walk::measure(facts, room, ty, bytes, fuel);
            self.code = self.code.and(Bytes::block(body.code as usize));
            self.largest = self.largest.or(body);
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
