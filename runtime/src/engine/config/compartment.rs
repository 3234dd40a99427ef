//! The compartment of an engine.

use super::Config;
use crate::compartment::place::Place;
use crate::error::Error;
#[cfg(feature = "compartments")]
use vellum_memory::StaticBuffer;

/// The bytes of a compartment.
#[cfg(feature = "compartments")]
#[derive(Clone, Copy)]
pub(super) struct CompartmentBytes {
    buffer: &'static StaticBuffer,
    stack: usize,
}

impl Config {
    /// Gives the engine a compartment: its modules are loaded on a native stack of `stack` bytes, the last
    /// of `buffer`, with the rest of the buffer as their heap.
    ///
    /// A module that uses up either ends with [`Error::OutOfHeap`] or [`Error::Compartment`], and the
    /// engine with it: all that is done with it later is refused. The program goes on. When the engine
    /// and all that was made of it are dropped, the next one may have the buffer.
    ///
    /// The program declares [`Heap`](crate::Heap) as its global allocator, around its own. An engine
    /// with a compartment doesn't ask [`Config::heap_free`]. Interrupt handlers stay on the main
    /// stack, where there is no operating system.
    ///
    /// Of an engine [with threads](Config::threads) all stores are in the compartment: when one thread uses
    /// it up, all of them end, as those of a process do, and whoever waits in a memory of theirs. They run
    /// there in turns, and modules are loaded in turns with them.
    ///
    /// No compartment by default. It costs the buffer, of which 1,300 bytes are for its management.
    ///
    /// ```
    /// use std::alloc::System;
    /// use vellum::{Config, Engine, Error, Heap, Module, StaticBuffer};
    ///
    /// #[global_allocator]
    /// static HEAP: Heap<System> = Heap::new(System);
    ///
    /// static SMALL: StaticBuffer<[u8; 288 * 1024]> = StaticBuffer::new();
    ///
    /// # fn main() -> Result<(), Error> {
    /// let engine = Engine::new(Config::new().compartment(&SMALL, 256 * 1024))?;
    /// let function = "(func (result i32) (i32.const 1))".repeat(1000);
    /// let large = wat::parse_str(format!("(module {function})")).expect("the text is valid");
    /// assert!(matches!(Module::new(&engine, large), Err(Error::OutOfHeap { .. })));
    ///
    /// drop(engine);
    /// let engine = Engine::new(Config::new().compartment(&SMALL, 256 * 1024))?;
    /// let small = wat::parse_str("(module (func))").expect("the text is valid");
    /// Module::new(&engine, small)?;
    /// // How large it would have to be.
    /// let stats = engine.compartment_stats().expect("it has one");
    /// assert!(stats.heap.high_water < 20_000 && stats.stack_high_water < stats.stack);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "compartments")]
    pub fn compartment(&mut self, buffer: &'static StaticBuffer, stack: usize) -> &mut Self {
        self.compartment = Some(CompartmentBytes { buffer, stack });
        self
    }

    /// Where the interpreter of an engine of these settings runs.
    pub(crate) fn place(&self) -> Result<Place, Error> {
        #[cfg(feature = "compartments")]
        if let Some(CompartmentBytes { buffer, stack }) = self.compartment {
            return Place::new(buffer, stack, self.has_threads());
        }
        Ok(Place::HERE)
    }

    /// These settings, for an engine whose interpreter runs there: of the heap of a compartment, what the
    /// embedder tells of its own says nothing.
    pub(crate) fn at(&self, place: &Place) -> Self {
        let mut config = self.clone();
        if place.is_compartment() {
            config.heap_free = Some(Place::heap_free);
        }
        config
    }
}
