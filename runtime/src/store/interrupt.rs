//! Stopping the guests of a store.

use super::Store;
use crate::error::{Error, config::ConfigError};
use crate::world::interruption::Interruption;
use alloc::sync::Arc;
use vellum_memory::{Interrupt, Nanoseconds};

/// Stops the guests of a store, from any context at any time: an interrupt handler of any priority,
/// another task, another thread or core, a watchdog.
///
/// The call that runs ends with [`Error::Interrupted`], wherever its guest is: in a loop, in a start
/// function, in a bulk operation, asleep, waiting for a notification, for a host function that [returns
/// later](crate::Func::wrap_async), or for its turn. The page "Stopping a guest" of the documentation
/// says how soon.
///
/// Clones stop the same store. Dropping the last one frees memory if the store is gone, which an interrupt
/// handler had better leave to others.
///
/// ```
/// use vellum::{Config, Engine, Error, Instance, InterruptHandle, Module, Store};
///
/// # fn main() -> Result<(), Error> {
/// let engine = Engine::new(Config::new().interruptible(true))?;
/// let module = Module::new(&engine, wat::parse_str(
///     r#"(module
///         (func (export "spin") (loop (br 0)))
///         (func (export "add") (param i32 i32) (result i32)
///             (i32.add (local.get 0) (local.get 1))))"#,
/// ).expect("the text is valid"))?;
/// let mut store = Store::new(&engine, ());
/// let instance = Instance::new(&mut store, &module, &[])?;
///
/// let handle: InterruptHandle = store.interrupt_handle()?;
/// let watchdog = std::thread::spawn(move || handle.interrupt());
/// let spin = instance.get_typed_func::<(), ()>(&store, "spin")?;
/// assert!(matches!(spin.call(&mut store, ()), Err(Error::Interrupted)));
/// watchdog.join().expect("it does not panic");
///
/// // The store goes on once that is cleared.
/// let add = instance.get_typed_func::<(i32, i32), i32>(&store, "add")?;
/// assert!(matches!(add.call(&mut store, (40, 2)), Err(Error::Interrupted)));
/// store.clear_interrupt()?;
/// assert_eq!(add.call(&mut store, (40, 2))?, 42);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct InterruptHandle(Arc<Interrupt>);

impl InterruptHandle {
    /// Stops the call that runs, and all calls of the store from then on, until
    /// [`Store::clear_interrupt`].
    ///
    /// Takes no lock, never waits and allocates nothing. It wakes the task that awaits the call, and
    /// [signals](crate::Platform::with_idle) the engine's platform.
    pub fn interrupt(&self) {
        self.0.request();
    }

    /// Whether the store is stopped.
    pub fn is_interrupted(&self) -> bool {
        self.0.is_requested()
    }
}

impl<T: Send + 'static> Store<T> {
    /// A handle that stops the guests of this store, from any context at any time.
    ///
    /// # Errors
    ///
    /// [`Error::Config`] when the engine is not [interruptible](crate::Config::interruptible).
    pub fn interrupt_handle(&mut self) -> Result<InterruptHandle, Error> {
        Ok(InterruptHandle(Arc::clone(&self.interruption()?.interrupt)))
    }

    /// Lets guests of this store run again after it was [interrupted](InterruptHandle::interrupt).
    ///
    /// The interruption stays until then, so that neither a host function that drops the error of a call
    /// nor a call that returns at the same moment can lose it.
    ///
    /// # Errors
    ///
    /// As for [`Store::interrupt_handle`].
    pub fn clear_interrupt(&mut self) -> Result<(), Error> {
        self.interruption()?.interrupt.clear();
        Ok(())
    }

    /// Sets the time, of the [platform](crate::Config::platform)'s clock, at which calls of this store end
    /// with [`Error::DeadlineExceeded`]; `None` by default. It stays until another one is set.
    ///
    /// Of a limit in [fuel](Store::set_fuel) it differs in that time passes also while a guest sleeps or
    /// waits.
    ///
    /// # Errors
    ///
    /// As for [`Store::interrupt_handle`], and when the platform has no clock.
    ///
    /// ```
    /// use vellum::{Config, Engine, Error, Instance, Module, Nanoseconds, Platform, Store};
    ///
    /// # fn main() -> Result<(), Error> {
    /// let engine = Engine::new(Config::new().interruptible(true).platform(&Platform::STD))?;
    /// let module = wat::parse_str(r#"(module (func (export "spin") (loop (br 0))))"#);
    /// let module = Module::new(&engine, module.expect("the text is valid"))?;
    /// let mut store = Store::new(&engine, ());
    /// let instance = Instance::new(&mut store, &module, &[])?;
    /// let spin = instance.get_typed_func::<(), ()>(&store, "spin")?;
    ///
    /// let now = engine.platform().now().expect("the platform has a clock");
    /// store.set_deadline(Some(Nanoseconds(now.0 + 2_000_000)))?;
    /// assert!(matches!(spin.call(&mut store, ()), Err(Error::DeadlineExceeded)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn set_deadline(&mut self, deadline: Option<Nanoseconds>) -> Result<(), Error> {
        if deadline.is_some() && self.engine().platform().now().is_none() {
            return Err(ConfigError::Clock.into());
        }
        self.interruption()?.set_deadline(deadline);
        Ok(())
    }

    fn interruption(&mut self) -> Result<&mut Interruption, Error> {
        self.session_mut().interruption.as_mut().ok_or(ConfigError::Interruptible.into())
    }
}
