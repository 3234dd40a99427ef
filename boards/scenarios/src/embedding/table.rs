//! A guest's table, filled by the host.

use vellum::{Ref, Table};

use super::guest::Guest;
use crate::parallel::CheckFailure;

/// Fills two elements with a function, copies one of them, and has the guest call all three.
pub(super) fn check(guest: &mut Guest) -> Result<(), CheckFailure> {
    let Guest { store, instance } = guest;
    let table = instance.get_table(&*store, "table")?;
    let seven = instance.get_func(&*store, "seven")?;
    table.fill(&mut *store, 0, Ref::Func(Some(seven)), 2)?;
    Table::copy(&mut *store, &table, 3, &table, 1, 1)?;
    let call = instance.get_typed_func::<u32, u32>(&*store, "call")?;
    let mut sum = 0;
    for element in [0, 1, 3] {
        sum += call.call(&mut *store, element)?;
    }
    CheckFailure::unless_equal("what three elements give", sum, 21_u32)?;
    let is_trap = call.call(&mut *store, 2).is_err();
    CheckFailure::unless_equal("calls of an empty element", is_trap, true)
}
