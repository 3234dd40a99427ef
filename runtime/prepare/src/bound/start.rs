//! What a start function takes that is translated when it is called.

use super::super::{
    error::PrepareError,
    prepared::Prepared,
    reader::Reader,
    section::{CODE, EXPORT, Sections},
};
use super::{
    Loading,
    body::Body,
    bytes::Bytes,
    facts::Facts,
    outline::Outline,
    sum::Sum,
    translation::Translation,
    walk::{self, Room},
};
use core::ops::Range;
use wasmparser::Export;

const TRANSLATES: Loading = Loading { fuel: false, validates: true, translates: true, types: 0 };

/// A start function that the module defines.
pub(super) struct Start {
    /// How many functions are defined before it.
    nth: u32,
    body: Range<usize>,
}

impl Start {
    /// The start function of a module, if functions are translated when they are called.
    pub(super) fn translated_when_called(
        module: &Prepared<'_>,
        sections: &Sections,
        outline: &Outline,
        loading: Loading,
    ) -> Option<Self> {
        if loading.translates || !module.start {
            return None;
        }
        let (name, mut function) = (module.names.start(), None);
        let exports = sections.reader(&module.code, EXPORT);
        let read = exports.vector(|_, export: Export<'_>| {
            if export.name == &*name {
                function = Some(export.index);
            }
            Ok(())
        });
        read.ok()?;
        let imported = u32::try_from(outline.imported.functions).ok()?;
        let nth = function?.checked_sub(imported)?;
        let body = body(sections.reader(&module.code, CODE), nth).ok()??;
        Some(Self { nth, body })
    }

    /// What an instance takes that takes this before it starts.
    pub(super) fn measure(
        &self,
        facts: &mut Facts<'_>,
        loading: Loading,
        before: Sum,
    ) -> Result<Sum, PrepareError> {
        let mut room = Room::new(self.body.len())?;
        let ty = facts.defined_type(self.nth);
        let body = walk::measure(facts, &mut room, ty, self.body.clone(), loading.fuel);
        let mut translation = Translation::new(TRANSLATES, before);
        translation.function(&body, room.per_local, Bytes::default());
        Ok(translation.total())
    }

    /// As [`measure`](Self::measure), by the size of the function alone, if no function has more local
    /// variables, and no type more values.
    pub(super) fn weigh(&self, locals: u32, most_values: u32, before: Sum) -> Sum {
        let most = Body::any(self.body.len(), locals, most_values);
        let mut translation = Translation::new(TRANSLATES, before);
        translation.functions(&most, Bytes::block(most.0.code as usize), Bytes::default());
        translation.total()
    }
}

/// The body of a function that the module defines.
fn body(mut bodies: Reader<'_>, nth: u32) -> Result<Option<Range<usize>>, PrepareError> {
    if nth >= bodies.var_u32()? {
        return Ok(None);
    }
    for _ in 0..nth {
        bodies.sized()?;
    }
    bodies.sized().map(Some)
}
