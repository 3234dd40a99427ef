//! Functions, of guests and of the host.

mod arity;
pub(crate) mod asynchronous;
mod call;
pub(crate) mod caller;
pub(crate) mod host;
pub(crate) mod typed;

use crate::world::session::StoreId;
use core::fmt;

/// A function of a store.
#[derive(Clone, Copy)]
pub struct Func {
    pub(crate) store: StoreId,
    pub(crate) inner: wasmi::Func,
}

impl fmt::Debug for Func {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Func").field("store", &self.store).finish_non_exhaustive()
    }
}
