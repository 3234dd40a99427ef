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
        let most = functions.weigh(facts.most_values, sizes.most_locals, reader);
        functions.translation.functions(&most, functions.code, functions.bodies);
        functions
    }

    fn new(loading: Loading, before: Sum) -> Self {
        Self {
            code: Bytes::default(),
            bodies: Bytes::default(),
            translation: Translation::new(loading, before),
        }
    }

    /// Adds functions up. Returns the most that any takes.
    fn weigh(
        &mut self,
        most_values: u32,
        most_locals: u32,
        mut reader: Reader<'_>,
    ) -> (Body, PerLocal) {
        let (mut most, mut per_local) = (Body::default(), PerLocal::default());
        for _ in 0..reader.var_u32().unwrap_or_default() {
            let Ok(bytes) = reader.sized() else { break };
            let body;
            (body, per_local) = Body::any(bytes.len(), most_locals, most_values);
            self.add(&body, bytes.len());
            most = most.or(body);
        }
        (most, per_local)
    }

    /// Adds a function with a body of so many bytes. Returns the copy of the body.
    fn add(&mut self, body: &Body, length: usize) -> Bytes {
        /// Bodies of so many bytes are kept in the entry of the function.
        const INLINE: usize = 22;
        let copy = Bytes::block(if length > INLINE { length } else { 0 });
        self.bodies = self.bodies.and(copy);
        self.code = self.code.and(Bytes::block(body.code as usize));
        copy
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
            let copy = self.add(&body, length);
            self.translation.function(&body, room.per_local, copy);
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
