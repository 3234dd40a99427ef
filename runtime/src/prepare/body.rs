//! A function body that is to be changed.

use super::{
    assembler::Assembler, error::PrepareError, find::Finder, host_table::HostTable, opcode,
    output::Output, reader::Reader, scratch::Scratch,
};
use core::ops::Range;

/// A function body that is to be changed.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChangedBody {
    /// Its number among the defined functions.
    pub(super) index: u32,
    /// How many parameters and local variables the function has of its own.
    locals: u32,
    /// How many local variables are appended.
    scratch: Scratch,
    /// The length of the changed body in bytes.
    pub(super) length: usize,
}

impl ChangedBody {
    /// Measures the body of a function with so many parameters whose changes need `scratch`.
    pub(super) fn measure(
        index: u32,
        parameters: u32,
        scratch: Scratch,
        body: Range<usize>,
        finder: &Finder<'_>,
        host: &HostTable,
    ) -> Result<Self, PrepareError> {
        let own = Reader::new(finder.module, body.clone()).locals()?;
        let all = [parameters, own, scratch.i32s, scratch.i64s];
        if all.iter().try_fold(0u32, |sum, count| sum.checked_add(*count)).is_none() {
            let message = "too many locals: locals exceed maximum";
            return Err(PrepareError::invalid(body.start, message));
        }
        let locals = parameters + own;
        let mut changed = Self { index, locals, scratch, length: 0 };
        let mut count = Output::count(finder.module);
        changed.write(body.clone(), finder, host, &mut count)?;
        changed.length = count.length();
        Ok(changed)
    }

    /// Emits the changed body.
    pub(super) fn write(
        &self,
        body: Range<usize>,
        finder: &Finder<'_>,
        host: &HostTable,
        out: &mut Output<'_>,
    ) -> Result<(), PrepareError> {
        let mut copied = self.write_locals(body.clone(), finder, out)?;
        let first =
            Scratch { i32s: self.locals, i64s: self.locals.saturating_add(self.scratch.i32s) };
        finder.changes(body.clone(), self.locals, |instruction, change| {
            out.copy(copied..instruction.start);
            copied = instruction.end;
            let Range { start: origin, end } = instruction;
            let mut assembler = Assembler { out: &mut *out, origin, end };
            change.write(&mut assembler, first, host);
            Ok(())
        })?;
        out.copy(copied..body.end);
        Ok(())
    }

    /// Emits the local variables, and returns where the operators of the body are.
    fn write_locals(
        &self,
        body: Range<usize>,
        finder: &Finder<'_>,
        out: &mut Output<'_>,
    ) -> Result<usize, PrepareError> {
        let origin = body.start;
        let mut reader = Reader::new(finder.module, body.clone());
        let groups = reader.var_u32()?;
        let first = reader.position();
        let operators = Reader::new(finder.module, body).body()?.position();
        let appended =
            [(self.scratch.i32s, opcode::I32), (self.scratch.i64s, opcode::I64)].into_iter();
        let appended = appended.filter(|(count, _)| *count > 0);
        out.leb(u64::from(groups) + appended.clone().count() as u64, origin);
        out.copy(first..operators);
        for (count, ty) in appended {
            out.leb(count, origin);
            out.put(&[ty], origin);
        }
        Ok(operators)
    }
}
