//! What a part needs besides its own functions.

use crate::plan::{Place, Plan};
use crate::source::Source;
use crate::types::Types;
use std::collections::{BTreeMap, BTreeSet};

/// Items by their original indices, which the main module has and a part refers to.
#[derive(Default)]
pub(crate) struct Uses {
    pub(crate) functions: BTreeSet<u32>,
    pub(crate) globals: BTreeSet<u32>,
    pub(crate) memories: BTreeSet<u32>,
    pub(crate) tables: BTreeSet<u32>,
    /// The types, with the first index of a type like it.
    pub(crate) types: BTreeMap<u32, u32>,
    /// Whether functions of other parts are called.
    pub(crate) calls_parts: bool,
}

impl Uses {
    /// What the functions of a part use.
    pub(crate) fn of(source: &Source<'_>, plan: &Plan, types: &Types, part: u16) -> Self {
        let mut uses = Self::default();
        for &function in &plan.parts[usize::from(part)] {
            let references = plan.references(function);
            uses.globals.extend(&references.globals);
            uses.memories.extend(&references.memories);
            uses.tables.extend(&references.tables);
            references.types.iter().for_each(|&ty| uses.add_type(types, ty));
            uses.add_type(types, source.functions[function as usize]);
            for &callee in &references.calls {
                match plan.place(callee) {
                    Place::Main => drop(uses.functions.insert(callee)),
                    Place::Part { part: other, .. } => uses.calls_parts |= other != part,
                }
                uses.add_type(types, source.functions[callee as usize]);
            }
        }
        uses
    }

    fn add_type(&mut self, types: &Types, ty: u32) {
        self.types.insert(ty, types.first(ty));
    }
}
