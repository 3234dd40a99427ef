//! The table of helpers that is appended to a module, and the types of what is in it.

use super::{
    error::PrepareError,
    helper::{Helper, ValueType},
    lookup::at,
    memories::reserve,
    names::{Name, Names},
    opcode,
    output::Output,
    tables,
};
use alloc::vec::Vec;

/// As many helpers as a module can use: those that grow no table, and one for each table.
pub const MAX_HELPERS: usize = 28 + tables::MAX_TABLES;

/// The helpers that a module uses, in the order of their slots.
#[derive(Debug, Clone, Default)]
pub(super) struct HostTable {
    pub(super) helpers: Vec<Helper>,
    /// One helper of each type, in the order in which the types are appended.
    types: Vec<Helper>,
    /// The index of the first type that is appended.
    pub(super) first_type: u32,
    /// The index of the table.
    pub(super) index: u32,
}

/// A call of a helper.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Target {
    pub(super) slot: u32,
    pub(super) ty: u32,
    pub(super) table: u32,
}

impl HostTable {
    /// A table at `index`, whose helpers have the types from `first_type` on.
    pub(super) fn new(first_type: u32, index: u32) -> Self {
        Self { first_type, index, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.helpers.is_empty()
    }

    /// The number of slots.
    pub(super) fn slots(&self) -> u32 {
        u32::try_from(self.helpers.len()).unwrap_or(u32::MAX)
    }

    /// The number of types that are appended.
    pub(super) fn types(&self) -> u32 {
        u32::try_from(self.types.len()).unwrap_or(u32::MAX)
    }

    /// Gives a helper a slot unless it has one.
    pub(super) fn add(&mut self, helper: Helper) -> Result<(), PrepareError> {
        if self.helpers.contains(&helper) {
            return Ok(());
        }
        reserve(&mut self.helpers, 1)?;
        self.helpers.push(helper);
        if !self.types.iter().any(|ty| same_type(*ty, helper)) {
            reserve(&mut self.types, 1)?;
            self.types.push(helper);
        }
        Ok(())
    }

    /// How to call a helper that has a slot.
    pub(super) fn target(&self, helper: Helper) -> Option<Target> {
        let slot = self.helpers.iter().position(|other| *other == helper)?;
        let ty = self.types.iter().position(|ty| same_type(*ty, helper))?;
        Some(Target {
            slot: u32::try_from(slot).ok()?,
            ty: self.first_type.checked_add(u32::try_from(ty).ok()?)?,
            table: self.index,
        })
    }

    /// The exports of the table, which is at `index`, and of the tables that grow; none if there
    /// are no helpers.
    pub(super) fn exports<'a>(
        &'a self,
        names: &'a Names,
        index: u32,
    ) -> impl Iterator<Item = (Name, u32)> + Clone + 'a {
        let host = (!self.is_empty()).then(|| (names.host(), index));
        let grown = self.helpers.iter().filter_map(|helper| match *helper {
            Helper::TableGrow { table, .. } => Some((names.table(table), table)),
            _ => None,
        });
        host.into_iter().chain(grown)
    }

    /// Whether that is how the type of that number among the appended ones is encoded.
    pub(super) fn is_type(&self, nth: u32, encoded: &[u8]) -> Result<bool, PrepareError> {
        let Some(helper) = at(&self.types, nth) else { return Ok(false) };
        let mut out = Output::bytes(&[], encoded.len())?;
        write_type(*helper, &mut out, 0);
        Ok(out.into_bytes() == encoded)
    }

    /// Emits the types.
    pub(super) fn write_types(&self, out: &mut Output<'_>, origin: usize) {
        for ty in &self.types {
            write_type(*ty, out, origin);
        }
    }

    /// Emits the type of the table: as many functions as there are slots, never more.
    pub(super) fn write_table(&self, out: &mut Output<'_>, origin: usize) {
        const BOUNDED: u8 = 1;
        out.put(&[opcode::FUNCREF, BOUNDED], origin);
        out.leb(self.slots(), origin);
        out.leb(self.slots(), origin);
    }
}

fn same_type(one: Helper, other: Helper) -> bool {
    one.params() == other.params() && one.results() == other.results()
}

/// Emits the type of a helper.
fn write_type(helper: Helper, out: &mut Output<'_>, origin: usize) {
    const FUNCTION_TYPE: u8 = 0x60;
    out.put(&[FUNCTION_TYPE], origin);
    for types in [helper.params(), helper.results()] {
        out.leb(types.len() as u64, origin);
        for ty in types {
            let ty = match ty {
                ValueType::I32 => opcode::I32,
                ValueType::I64 => opcode::I64,
                ValueType::FuncRef => opcode::FUNCREF,
                ValueType::ExternRef => opcode::EXTERNREF,
            };
            out.put(&[ty], origin);
        }
    }
}
