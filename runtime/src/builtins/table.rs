//! Growing tables, which the interpreter can't resume when it runs out of fuel in between.

use super::{
    address::GuestAddress,
    instance_context::{BuiltinCaller, BuiltinResult},
};
use crate::compartment::place::host;
use crate::error::convert;
use crate::world::{StoreMut, fuel};
use wasmi::{AsContextMut as _, ExternRef, Func, Nullable, Ref, Table};
use wasmi_core::TableError;

/// Elements that a guest adds for one unit of fuel.
const ELEMENTS_PER_FUEL: u64 = 16;

/// What a table holds.
pub(super) trait Element: wasmi::WasmTy + Into<Reference> + 'static {}

/// An element in the interpreter's form.
pub(super) struct Reference(Ref);

impl From<Nullable<Func>> for Reference {
    fn from(value: Nullable<Func>) -> Self {
        Self(Ref::Func(value))
    }
}

impl From<Nullable<ExternRef>> for Reference {
    fn from(value: Nullable<ExternRef>) -> Self {
        Self(Ref::Extern(value))
    }
}

impl Element for Nullable<Func> {}
impl Element for Nullable<ExternRef> {}

pub(super) fn grow<E: Element, A: GuestAddress>(store: &mut StoreMut<'_>, table: Table) -> Func {
    let grow = move |mut caller: BuiltinCaller<'_>, value: E, delta: A| -> BuiltinResult<A> {
        let mut store = caller.as_context_mut();
        fuel::shorten_slice(&mut store);
        let delta = delta.unsigned();
        let limit = store.data().session.limits.most_elements() as u64;
        let most = table.ty(&store).maximum().unwrap_or(u64::MAX).min(limit);
        if table.size(&store).saturating_add(delta) > most {
            return Ok(A::NONE);
        }
        fuel::charge(&mut store, delta / ELEMENTS_PER_FUEL).map_err(convert::carry)?;
        let Reference(value) = value.into();
        let before = grow_by(&mut store, table, delta, value)?;
        Ok(before.map_or(A::NONE, A::of))
    };
    Func::wrap(store, grow)
}

/// Grows a table, and gives its size before if it may be so large. An error of the embedder's limiter ends
/// the call.
#[inline(never)]
fn grow_by(
    store: &mut StoreMut<'_>,
    table: Table,
    delta: u64,
    value: Ref,
) -> Result<Option<u64>, wasmi::Error> {
    match table.grow(&mut *store, delta, value) {
        Ok(before) => Ok(Some(before)),
        Err(TableError::ResourceLimiterDeniedAllocation) => {
            host!(|| Err(store.data_mut().session.refused()))
        }
        Err(_) => Ok(None),
    }
}
