//! Adding up what the code of a module takes.

use super::super::section::{CODE, Sections};
use super::super::{error::PrepareError, reader::Reader, sizes::Sizes};
use super::{
    Loading,
    body::Body,
    bytes::Bytes,
    facts::Facts,
    locals::PerLocal,
    sum::Sum,
    translation::Translation,
    walk::{self, Room},
};

/// The functions of a module.
#[derive(Debug)]
pub(super) struct Functions {
    /// The interpreter's code.
    pub(super) code: Bytes,
    /// Copies of the bodies of functions that are to be translated later.
    pub(super) bodies: Bytes,
    pub(super) translation: Translation,
}

impl Functions {
    /// Measures all functions, which are read when that is there. Of an invalid module those are
    /// measured that come before the fault.
    pub(super) fn measure(
        facts: &mut Facts<'_>,
        sections: &Sections,
        loading: Loading,
        before: Sum,
    ) -> Result<Self, PrepareError> {
        let reader = sections.reader(facts.module, CODE);
        let mut room = Room::new(largest_body(reader.clone()).unwrap_or(0))?;
        let mut functions = Self::new(loading, before);
        // Who compiles the module finds the fault.
        let _ = functions.read(facts, &mut room, reader, loading.fuel);
        Ok(functions)
    }

    /// Measures all functions by their sizes alone.
    pub(super) fn coarse(
        facts: &Facts<'_>,
        sections: &Sections,
        loading: Loading,
        before: Sum,
        sizes: &Sizes,
    ) -> Self {
        let mut functions = Self::new(loading, before);
        let reader = sections.reader(facts.module, CODE);
        let _ = functions.weigh(facts.most_values, sizes.most_locals, reader);
        functions
    }

    fn new(loading: Loading, before: Sum) -> Self {
        Self {
            code: Bytes::default(),
            bodies: Bytes::default(),
            translation: Translation::new(loading, before),
        }
    }

    fn weigh(
        &mut self,
        most_values: u32,
        most_locals: u32,
        mut reader: Reader<'_>,
    ) -> Result<(), PrepareError> {
        for _ in 0..reader.var_u32()? {
            let length = reader.sized()?.len();
            let (body, per_local) = Body::any(length, most_locals, most_values);
            self.function(&body, per_local, length);
        }
        Ok(())
    }

    /// Adds a function with a body of so many bytes.
    fn function(&mut self, body: &Body, per_local: PerLocal, length: usize) {
        /// Bodies of so many bytes are kept in the entry of the function.
        const INLINE: usize = 22;
        let copy = Bytes::block(if length > INLINE { length } else { 0 });
        self.bodies = self.bodies.and(copy);
        self.code = self.code.and(Bytes::block(body.code as usize));
        self.translation.function(body, per_local, copy);
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
            let length = bytes.len();
            let ty = facts.defined_type(nth);
            let body = walk::measure(facts, room, ty, bytes, fuel);
            self.function(&body, room.per_local, length);
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
