//! What a store has in use.

use super::Store;
use crate::engine::usage::EngineUsage;
use crate::error::Error;
use core::fmt;
use vellum_memory::Thousands;

/// What a [`Store`] has in use, and its engine.
///
/// ```
/// use vellum::{Config, Engine, Memory, MemoryType, PAGE_SIZE, PagePool, Store};
///
/// static PAGES: PagePool<[u8; 3 * PAGE_SIZE]> = PagePool::new();
///
/// # fn main() -> Result<(), vellum::Error> {
/// let engine = Engine::new(Config::new().page_pool(&PAGES).consume_fuel(true))?;
/// let mut store = Store::new(&engine, ());
/// store.set_fuel(500)?;
/// Memory::new(&mut store, MemoryType::new(1, Some(2)))?;
///
/// let usage = store.usage()?;
/// assert_eq!((usage.memory, usage.reserved, usage.fuel), (65536, 131072, Some(500)));
/// assert!(usage.to_string().starts_with(
///     "memory: 65,536 bytes in use of 131,072 reserved; fuel: 500 left; pool: 131,072 of 196,608 bytes"
/// ));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StoreUsage {
    /// Bytes that the store's memories have.
    pub memory: u64,
    /// Bytes of the pool that they reserve.
    pub reserved: u64,
    /// How often a memory was refused growth that its type allows, because no more is reserved for it: see
    /// [`Config::memory_reserve`](crate::Config::memory_reserve) and
    /// [`Config::memory_maximum`](crate::Config::memory_maximum).
    pub refused_growths: u32,
    /// Fuel that is left. `None` where the engine counts none.
    pub fuel: Option<u64>,
    /// The engine, with all its stores.
    pub engine: EngineUsage,
}

impl<T: Send + 'static> Store<T> {
    /// What the store has in use, and its engine.
    ///
    /// # Errors
    ///
    /// As for [`Store::reserved_bytes`].
    pub fn usage(&self) -> Result<StoreUsage, Error> {
        Ok(StoreUsage {
            memory: self.memory_bytes()?,
            reserved: self.reserved_bytes()?,
            refused_growths: self.session().refused_growths,
            fuel: if self.engine().config().fuel { Some(self.get_fuel()?) } else { None },
            engine: self.engine().usage(),
        })
    }
}

impl fmt::Display for StoreUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { memory, reserved, refused_growths, fuel, engine } = self;
        let (memory, reserved) = (Thousands(*memory), Thousands(*reserved));
        write!(f, "memory: {memory} bytes in use of {reserved} reserved; ")?;
        if *refused_growths > 0 {
            write!(f, "growth refused: {refused_growths} times; ")?;
        }
        if let Some(fuel) = fuel {
            write!(f, "fuel: {} left; ", Thousands(*fuel))?;
        }
        engine.fmt(f)
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for StoreUsage {
    fn format(&self, f: defmt::Formatter<'_>) {
        defmt::Format::format(&defmt::Display2Format(self), f);
    }
}
