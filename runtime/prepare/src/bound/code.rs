//! Adding up what the code of a module takes.

use super::super::section::{CODE, Sections};
use super::super::{error::PrepareError, reader::Reader, validation::Weight};
use super::{
    Loading,
    body::Body,
    buffers::Buffers,
    bytes::Bytes,
    facts::Facts,
    locals::PerLocal,
    progress::Progress,
    sum::Sum,
    walk::{self, Room},
};

/// The functions of a module.
#[derive(Debug)]
pub(super) struct Functions {
    /// Loading them.
    pub(super) progress: Progress,
    /// The interpreter's code.
    pub(super) code: Bytes,
    /// What is kept of each when it is loaded: code, or a copy of its body.
    pub(super) kept: Bytes,
    translates: bool,
}

impl Functions {
    pub(super) fn new(sum: Sum, loading: Loading) -> Self {
        let (code, kept) = (Bytes::default(), Bytes::default());
        Self { progress: Progress::new(sum, loading), code, kept, translates: loading.translates }
    }

    /// Measures all functions, where there is as much as that. Of an invalid module those are measured
    /// that come before the fault.
    pub(super) fn measure(
        facts: &mut Facts<'_>,
        sections: &Sections,
        sum: Sum,
        loading: Loading,
    ) -> Result<Self, PrepareError> {
        let reader = sections.reader(facts.module, CODE);
        let mut room = Room::new(largest_body(reader.clone()).unwrap_or(0))?;
        let mut functions = Self::new(sum, loading);
        // Who compiles the module finds the fault.
        let _ = functions.read(facts, &mut room, reader, loading.fuel);
        Ok(functions)
    }

    /// Those that have been weighed.
    pub(super) fn coarse(weight: &Weight, sum: Sum, loading: Loading) -> Self {
        let most = Body::weighed(weight);
        let several = |bytes| Bytes::several(weight.functions as usize, bytes);
        let code = several(weight.code);
        let kept = if loading.translates { code } else { several(weight.bytes) };
        let mut progress = Progress::new(sum, loading);
        progress.all(most, PerLocal::any(most.locals), kept);
        Self { progress, code, kept, translates: loading.translates }
    }

    /// Adds what translating all functions takes, in any order: their code, and the buffers with which
    /// it is made.
    pub(super) fn translated(&self, sum: &mut Sum) {
        let Progress { most, per_local, .. } = &self.progress;
        let buffers = Buffers::of(most, per_local);
        let (before, _) = buffers.grown(&Buffers::default());
        sum.add(self.code.and(buffers.whole()));
        sum.moment(before);
        sum.moment(Bytes { asked: 0, placed: buffers.holes(usize::MAX), largest: 0 });
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
            self.next(body, room.per_local, length);
        }
        Ok(())
    }

    /// Adds a function.
    pub(super) fn next(&mut self, body: Body, per_local: PerLocal, length: usize) {
        /// Bodies of so many bytes are kept in the entry of the function.
        const INLINE: usize = 22;
        let code = Bytes::block(body.code as usize);
        let kept = match length {
            _ if self.translates => code,
            0..=INLINE => Bytes::default(),
            _ => Bytes::block(length),
        };
        self.code = self.code.and(code);
        self.kept = self.kept.and(kept);
        self.progress.next(body, per_local, kept);
    }
}

pub(super) fn largest_body(mut reader: Reader<'_>) -> Result<usize, PrepareError> {
    let mut largest = 0;
    for _ in 0..reader.var_u32()? {
        largest = largest.max(reader.sized()?.len());
    }
    Ok(largest)
}
