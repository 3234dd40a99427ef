//! A function body to change.

use super::{
    assembler::Assembler, error::PrepareError, find::Finder, host_table::HostTable, mend::MendSite,
    output::Output, reader::Reader, scratch::Scratch,
};
use core::ops::Range;

/// A function body to change.
#[derive(Debug, Clone)]
pub(super) struct ChangedBody {
    /// Its number among the defined functions.
    pub(super) index: u32,
    /// How many parameters and local variables the function has before the change.
    locals: u32,
    /// How many local variables are appended.
    scratch: Scratch,
    /// Whether instructions are replaced.
    lowered: bool,
    /// Which of the places to mend are in it.
    pub(super) places: Range<usize>,
    /// The length of the changed body in bytes.
    pub(super) length: usize,
}

/// What a body needs for its changes.
#[derive(Debug, Clone)]
pub(super) struct Needs {
    pub(super) scratch: Scratch,
    pub(super) lowered: bool,
    pub(super) places: Range<usize>,
}

/// What the changes of all bodies are made of.
#[derive(Clone, Copy)]
pub(super) struct Changes<'a> {
    pub(super) finder: &'a Finder<'a>,
    pub(super) host: &'a HostTable,
    /// The places to mend, of all bodies.
    pub(super) places: &'a [MendSite],
}

impl ChangedBody {
    /// Measures the body of a function with this number of parameters.
    pub(super) fn measure(
        index: u32,
        parameters: u32,
        needs: Needs,
        body: Range<usize>,
        changes: Changes<'_>,
    ) -> Result<Self, PrepareError> {
        let Needs { scratch, lowered, places } = needs;
        let module = changes.finder.module;
        let own = Reader::new(module, body.clone()).locals()?;
        let appended = scratch.groups().map(|(count, _)| count);
        let mut all = [parameters, own].into_iter().chain(appended);
        let Some(_) = all.try_fold(0u32, |sum, count| sum.checked_add(count)) else {
            let message = "too many locals: locals exceed maximum";
            return Err(PrepareError::invalid(body.start, message));
        };
        let locals = parameters + own;
        let mut changed = Self { index, locals, scratch, lowered, places, length: 0 };
        let mut count = Output::count(module);
        changed.write(body, changes, &mut count)?;
        changed.length = count.length();
        Ok(changed)
    }

    /// Emits the changed body.
    pub(super) fn write(
        &self,
        body: Range<usize>,
        changes: Changes<'_>,
        out: &mut Output<'_>,
    ) -> Result<(), PrepareError> {
        let Changes { finder, host, places } = changes;
        let places = places.get(self.places.clone()).unwrap_or_default();
        let mut writer = Writer {
            module: finder.module,
            first: Scratch::behind(self.locals, self.scratch),
            copied: self.write_locals(body.clone(), finder.module, out)?,
            places,
            out,
        };
        // With variables appended, the body must not have known them.
        if self.lowered || self.scratch != Scratch::default() {
            finder.changes(body.clone(), self.locals, |instruction, change| {
                writer.mend_until(instruction.start)?;
                writer.out.copy(writer.copied..instruction.start);
                writer.copied = instruction.end;
                let first = writer.first;
                change.write(&mut writer.assembler(instruction), first, host);
                Ok(())
            })?;
        }
        writer.mend_until(body.end)?;
        writer.out.copy(writer.copied..body.end);
        Ok(())
    }

    /// Emits the local variables, and returns where the operators of the body are.
    fn write_locals(
        &self,
        body: Range<usize>,
        module: &[u8],
        out: &mut Output<'_>,
    ) -> Result<usize, PrepareError> {
        let origin = body.start;
        let mut reader = Reader::new(module, body.clone());
        let groups = reader.var_u32()?;
        let first = reader.position();
        let operators = Reader::new(module, body).body()?.position();
        let appended = self.scratch.groups();
        out.leb(u64::from(groups) + appended.clone().count() as u64, origin);
        out.copy(first..operators);
        for (count, class) in appended {
            out.leb(count, origin);
            out.put(&[class.encoded()], origin);
        }
        Ok(operators)
    }
}

/// Emits the operators of a changed body.
struct Writer<'w, 'm, 'o> {
    module: &'m [u8],
    /// The first of the appended local variables.
    first: Scratch,
    /// Where what has not been emitted begins.
    copied: usize,
    /// The places to mend that are not yet reached.
    places: &'m [MendSite],
    out: &'w mut Output<'o>,
}

impl<'o> Writer<'_, '_, 'o> {
    /// Emits what precedes instructions up to the byte `end`, and all that is between.
    fn mend_until(&mut self, end: usize) -> Result<(), PrepareError> {
        while let [place, behind @ ..] = self.places
            && place.at <= end
        {
            self.places = behind;
            self.out.copy(self.copied..place.at);
            self.copied = place.end();
            let (module, first) = (self.module, self.first);
            place.write(module, &mut self.assembler(place.at..place.at), first)?;
        }
        Ok(())
    }

    /// Emits instructions that stand for one of the body.
    fn assembler(&mut self, instruction: Range<usize>) -> Assembler<'_, 'o> {
        Assembler { out: &mut *self.out, origin: instruction.start, end: instruction.end }
    }
}
