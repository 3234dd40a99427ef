//! Limits that the embedder's own code decides on.

use super::Store;
use crate::error::Error;
use crate::world::limiter::{Growing, Growth};
use alloc::boxed::Box;

/// Is asked whether memories and tables of a store may grow: see [`Store::limiter`].
///
/// It decides beside [`StoreLimits`](crate::StoreLimits), which also limit how many instances, tables
/// and memories there are, and is not asked about what those refuse.
///
/// Both methods give `Ok(true)` to allow what is asked for. After `Ok(false)` a guest's instruction has
/// the result −1, and what the host asked for fails with [`Error::LimitExceeded`]. Of `Err` the error
/// ends the guest's call, or is what the host gets.
///
/// ```
/// use vellum::{Config, Engine, Error, Instance, Module, PAGE_SIZE, PagePool, ResourceLimiter, Store};
///
/// /// Allows memories so many bytes, and counts how often they were refused.
/// struct Budget {
///     bytes: usize,
///     refused: u32,
/// }
///
/// impl ResourceLimiter for Budget {
///     fn memory_growing(
///         &mut self,
///         current: usize,
///         desired: usize,
///         _maximum: Option<usize>,
///     ) -> Result<bool, Error> {
///         let left = self.bytes.checked_sub(desired - current);
///         self.refused += u32::from(left.is_none());
///         self.bytes = left.unwrap_or(self.bytes);
///         Ok(left.is_some())
///     }
///
///     fn table_growing(&mut self, _: usize, _: usize, _: Option<usize>) -> Result<bool, Error> {
///         Ok(true)
///     }
/// }
///
/// static PAGES: PagePool<[u8; 4 * PAGE_SIZE]> = PagePool::new();
///
/// # fn main() -> Result<(), Error> {
/// let engine = Engine::new(Config::new().page_pool(&PAGES))?;
/// let module = Module::new(&engine, wat::parse_str(
///     r#"(module (memory 1 4)
///         (func (export "grow") (result i32) (memory.grow (i32.const 1))))"#,
/// ).expect("the text is valid"))?;
///
/// let mut store = Store::new(&engine, Budget { bytes: 2 * PAGE_SIZE, refused: 0 });
/// store.limiter(|budget| budget);
/// let instance = Instance::new(&mut store, &module, &[])?;
/// let grow = instance.get_typed_func::<(), i32>(&store, "grow")?;
/// assert_eq!(grow.call(&mut store, ())?, 1);
/// assert_eq!(grow.call(&mut store, ())?, -1);
/// assert_eq!(store.data().refused, 1);
/// # Ok(())
/// # }
/// ```
pub trait ResourceLimiter {
    /// A memory is about to grow from `current` to `desired` bytes; one that is made has none at first.
    ///
    /// `maximum` are the bytes of the pages that are reserved for it. What exceeds them fails without
    /// asking. After this allowed it, an instruction can only fail for want of [fuel](Error::OutOfFuel).
    ///
    /// # Errors
    ///
    /// Whatever is to end the call.
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, Error>;

    /// A table is about to grow from `current` to `desired` elements; one that is made has none at first.
    ///
    /// One whose `maximum` is 128 or less may grow without asking, as of
    /// [`StoreLimits::table_elements`](crate::StoreLimits::table_elements).
    ///
    /// # Errors
    ///
    /// Whatever is to end the call.
    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> Result<bool, Error>;
}

impl<T: Send + 'static> Store<T> {
    /// Has a limiter in the embedder's data asked before a memory or a table grows, from now on: those
    /// that the host makes or grows by this store, those of its instances, and those that its guests grow.
    ///
    /// Of a thread that a guest has started it is the limiter in the thread's own data. It runs while the
    /// lock of the store's world is held. A [`SharedMemory`](crate::SharedMemory) grows without asking,
    /// unless a guest of this store grows one of the same engine.
    ///
    /// See [`ResourceLimiter`] for an example.
    pub fn limiter(
        &mut self,
        mut limiter: impl (FnMut(&mut T) -> &mut dyn ResourceLimiter) + Send + 'static,
    ) {
        let engine = self.engine().clone();
        self.session_mut().limit_by(
            &engine,
            Box::new(move |user, Growth { of, current, desired, maximum }| {
                let Some(data) = user.downcast_mut() else {
                    return Err(Error::Internal("the store's data has another type"));
                };
                let limiter = limiter(data);
                match of {
                    Growing::Memory => limiter.memory_growing(current, desired, maximum),
                    Growing::Table => limiter.table_growing(current, desired, maximum),
                }
            }),
        );
    }
}
