//! Functions, of guests and of the host.

mod arity;
pub(crate) mod asynchronous;
mod call;
pub(crate) mod caller;
pub(crate) mod host;
pub(crate) mod numbers;
pub(crate) mod typed;

use crate::world::session::StoreId;
use core::fmt;

/// A function of a store.
///
/// ```
/// use vellum::{Config, Engine, Func, Store, Val};
///
/// let mut store = Store::new(&Engine::new(&Config::new())?, ());
/// let double = Func::wrap(&mut store, |value: i32| 2 * value)?;
/// let mut results = [Val::I32(0)];
/// double.call(&mut store, &[Val::I32(21)], &mut results)?;
/// assert_eq!(results[0].i32(), Some(42));
/// # Ok::<(), vellum::Error>(())
/// ```
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
