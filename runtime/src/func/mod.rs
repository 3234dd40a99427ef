//! Functions, of guests and of the host.

mod arity;
pub(crate) mod asynchronous;
mod call;
pub(crate) mod caller;
pub(crate) mod host;
pub(crate) mod typed;

use crate::world::session::StoreId;

/// A function of a store.
#[derive(Debug, Clone, Copy)]
pub struct Func {
    pub(crate) store: StoreId,
    pub(crate) inner: wasmi::Func,
}
